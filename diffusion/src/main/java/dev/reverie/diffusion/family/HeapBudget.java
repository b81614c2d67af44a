package dev.reverie.diffusion.family;

import dev.reverie.diffusion.ImagePlan;
import dev.reverie.diffusion.NotEnoughMemoryException;

/** What the JVM may still allocate, compared with what a picture needs. */
final class HeapBudget {
    private HeapBudget() {}

    /** Refuses a picture that cannot fit; garbage is collected before that is believed. */
    static void require(ImagePlan plan) {
        if (plan.peakBytes() > availableBytes()) {
            System.gc();
            long available = availableBytes();
            if (plan.peakBytes() > available) {
                throw new NotEnoughMemoryException(plan, available);
            }
        }
    }

    private static long availableBytes() {
        Runtime runtime = Runtime.getRuntime();
        return runtime.maxMemory() - (runtime.totalMemory() - runtime.freeMemory());
    }
}
