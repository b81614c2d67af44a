package dev.reverie.diffusion.schedule;

/** Timesteps of models that were distilled to {@code original} of them. */
final class DistilledTimesteps {
    private DistilledTimesteps() {}

    /**
     * {@code steps} of the {@code original} timesteps of {@code train}, evenly chosen from the noisiest on; with a {@code
     * strength} below 1, from the noisiest of that part of them.
     */
    static double[] of(int steps, int original, double strength, int train) {
        int used = (int) (original * strength);
        if (original > train || steps > used) {
            throw new IllegalArgumentException(
                    "%,d steps must be at most the %,d that the model was distilled with, those at most %,d"
                            .formatted(steps, used, train));
        }
        int stride = train / original;
        double[] timesteps = new double[steps];
        for (int i = 0; i < steps; i++) {
            int skipped = (int) Math.floor(i * ((double) used / steps));
            timesteps[i] = (double) (used - skipped) * stride - 1;
        }
        return timesteps;
    }
}
