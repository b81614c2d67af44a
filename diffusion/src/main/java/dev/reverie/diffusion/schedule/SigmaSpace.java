package dev.reverie.diffusion.schedule;

import dev.reverie.tensor.Tensor;

/** What the methods of Karras et al. 2022 share: samples are x0 + sigma noise. */
final class SigmaSpace {
    private SigmaSpace() {}

    /** Brings a sample to the variance that the model was trained with. */
    static Tensor modelInput(Tensor sample, double sigma) {
        return Blend.divided(sample, Math.sqrt(variance(sigma)));
    }

    /** Of a sample of data of variance 1, in float32 as in the reference. */
    static float variance(double sigma) {
        return (float) (sigma * sigma) + 1;
    }

    static Tensor addNoise(Tensor original, Tensor noise, double sigma) {
        return Blend.of(1, original, sigma, noise);
    }

    /** The way of dx/dsigma: (x - x0) / sigma. */
    static Tensor derivative(Tensor sample, Tensor denoised, double sigma) {
        return Blend.quotient(sample, denoised, sigma);
    }

    /** The geometric mean by way of float32 logarithms, as in the reference: an error of 1e-6 where sigma is 1e4. */
    static double middle(double from, double to) {
        float log = (float) StrictMath.log(from);
        return (float) StrictMath.exp(log - 0.5f * (log - (float) StrictMath.log(to)));
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
