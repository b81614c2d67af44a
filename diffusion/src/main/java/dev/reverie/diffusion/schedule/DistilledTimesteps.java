package dev.reverie.diffusion.schedule;

/** Timesteps of models that were distilled to {@code original} of them. */
final class DistilledTimesteps {
    private DistilledTimesteps() {}

    /** {@code steps} of the {@code original} timesteps of {@code train}, evenly chosen from the noisiest on. */
    static double[] of(int steps, int original, int train) {
        if (original > train || steps > original) {
            throw new IllegalArgumentException(
                    "%,d steps must be at most the %,d that the model was distilled with, those at most %,d"
                            .formatted(steps, original, train));
        }
        int stride = train / original;
        double[] timesteps = new double[steps];
        for (int i = 0; i < steps; i++) {
            int skipped = (int) Math.floor(i * ((double) original / steps));
            timesteps[i] = (double) (original - skipped) * stride - 1;
        }
        return timesteps;
    }
}
