package dev.reverie.diffusion.family;

import dev.reverie.diffusion.ImagePlan;
import dev.reverie.diffusion.NotEnoughMemoryException;

/** What the JVM may still allocate, compared with what a picture needs. */
final class HeapBudget {
    private HeapBudget() {}

    /**
     * Refuses a picture that cannot fit; garbage is collected before that is believed.
     *
     * @param releasableBytes that can be let go of before the picture needs the most
     * @return whether they must be
     */
    static boolean require(ImagePlan plan, long releasableBytes) {
        if (holds(plan.peakBytes())) {
            return false;
        }
        long available = availableBytes();
        if (plan.peakBytes() > available + releasableBytes) {
            throw new NotEnoughMemoryException(plan, available + releasableBytes);
        }
        return true;
    }

    /** Whether so much may still be allocated; garbage is collected before that is denied. */
    static boolean holds(long bytes) {
        if (bytes <= availableBytes()) {
            return true;
        }
        System.gc();
        return bytes <= availableBytes();
    }

    private static long availableBytes() {
        Runtime runtime = Runtime.getRuntime();
        return runtime.maxMemory() - (runtime.totalMemory() - runtime.freeMemory());
    }
}
