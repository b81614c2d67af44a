package dev.reverie.diffusion.family;

import dev.reverie.diffusion.ImagePlan;
import dev.reverie.diffusion.NotEnoughMemoryException;
import dev.reverie.tensor.Workspace.StageCost;

/** What the JVM may still allocate, compared with what a picture needs. */
final class HeapBudget {
    /** What must be let go of for a picture to fit. */
    enum Relief {
        NONE,
        /** Text encoders, before the first step. */
        ENCODERS,
        /** These, and before decoding the networks that denoise. */
        NETWORKS_TOO
    }

    private static final long WORTH_COLLECTING = 100_000_000;

    private HeapBudget() {}

    /**
     * Refuses a picture that cannot fit; garbage is collected before that is believed.
     *
     * @param encoderBytes that can be let go of before the first step
     * @param networkBytes that can be let go of before decoding
     */
    static Relief require(ImagePlan plan, long encoderBytes, long networkBytes) {
        if (holds(plan.peakBytes())) {
            return Relief.NONE;
        }
        long available = availableBytes() + encoderBytes;
        requireFit(plan, plan.peakBytes(), available + networkBytes);
        requireFit(plan, beforeDecoding(plan), available);
        return plan.peakBytes() > available ? Relief.NETWORKS_TOO : Relief.ENCODERS;
    }

    private static void requireFit(ImagePlan plan, long bytes, long available) {
        if (bytes > available) {
            throw new NotEnoughMemoryException(plan, bytes, available);
        }
    }

    /** Of the stages that need the networks: all before the last decoding, which has stages of its own. */
    private static long beforeDecoding(ImagePlan plan) {
        int decoding = plan.stages().stream().map(StageCost::name).toList().lastIndexOf(StableDiffusionRun.DECODE);
        return plan.stages().stream()
                .limit(Math.max(0, decoding))
                .mapToLong(StageCost::peakBytes)
                .max()
                .orElse(0);
    }

    /** Whether so much may still be allocated; garbage is collected before that is denied. */
    static boolean holds(long bytes) {
        if (bytes <= availableBytes()) {
            return true;
        }
        System.gc();
        return bytes <= availableBytes();
    }

    /** Collects what was let go of, where it is much: the heap might grow instead. */
    static void collect(long bytes) {
        if (bytes > WORTH_COLLECTING) {
            System.gc();
        }
    }

    private static long availableBytes() {
        Runtime runtime = Runtime.getRuntime();
        return runtime.maxMemory() - (runtime.totalMemory() - runtime.freeMemory());
    }
}
