package dev.reverie.diffusion.schedule;

import dev.reverie.tensor.Tensor;

/** What methods of flow models share: samples are (1 - sigma) x0 + sigma noise, models say noise - x0. */
final class FlowSpace {
    private FlowSpace() {}

    static Tensor addNoise(Tensor original, Tensor noise, double sigma) {
        return Blend.of(1 - sigma, original, sigma, noise);
    }

    /** Even levels from the noisiest of training to the least noisy, both already shifted by {@code shift}. */
    static double[] levels(FlowShift shift, int train, int steps) {
        double least = (float) shift.apply((float) (1.0 / train));
        return TimestepSpacing.linspace((float) shift.apply(1.0), least, steps);
    }
}
