package dev.reverie.diffusion.schedule;

import dev.reverie.tensor.Tensor;

/** What the methods of Karras et al. 2022 share: samples are x0 + sigma noise. */
final class SigmaSpace {
    private SigmaSpace() {}

    /** Brings a sample to the variance that the model was trained with. */
    static Tensor modelInput(Tensor sample, double sigma) {
        return Blend.scaled(1 / Math.sqrt(sigma * sigma + 1), sample);
    }

    static Tensor addNoise(Tensor original, Tensor noise, double sigma) {
        return Blend.of(1, original, sigma, noise);
    }

    /** The way of dx/dsigma: (x - x0) / sigma. */
    static Tensor derivative(Tensor sample, Tensor denoised, double sigma) {
        return Blend.quotient(sample, denoised, sigma);
    }

    /** Deviation of the noise that a run starts from. */
    static double initNoiseSigma(SchedulerConfig config, double greatest) {
        return TimestepSpacing.of(config) == TimestepSpacing.LEADING ? Math.sqrt(greatest * greatest + 1) : greatest;
    }

    /** {@code length} values a, b, b, c, c, ..: a call in the middle of a step shares what belongs to the end of it. */
    static double[] doubled(double[] values, int length) {
        double[] doubled = new double[length];
        for (int i = 0; i < length; i++) {
            doubled[i] = values[Math.min((i + 1) / 2, values.length - 1)];
        }
        return doubled;
    }
}
