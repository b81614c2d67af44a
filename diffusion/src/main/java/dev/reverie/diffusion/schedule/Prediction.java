package dev.reverie.diffusion.schedule;

import dev.reverie.tensor.Tensor;
import java.util.Locale;

/**
 * What a denoiser predicts, and how the clean sample and the noise follow from it. A noisy sample is x = alpha x0 +
 * sigma noise.
 *
 * <p>Ho et al. 2020 (epsilon, sample), Salimans and Ho 2022 (v = alpha noise - sigma x0), Lipman et al. 2022 (flow =
 * noise - x0, where alpha = 1 - sigma).
 */
enum Prediction {
    EPSILON,
    SAMPLE,
    V_PREDICTION,
    FLOW_PREDICTION;

    static Prediction of(String option) {
        return valueOf(option.toUpperCase(Locale.ROOT));
    }

    /** The clean sample x0 in a sample x of the given level. */
    Tensor denoised(Tensor x, Tensor output, double alpha, double sigma) {
        return switch (this) {
            case EPSILON -> Blend.quotient(x, Blend.scaled(sigma, output), alpha);
            case SAMPLE -> output;
            case V_PREDICTION -> Blend.of(alpha, x, -sigma, output);
            case FLOW_PREDICTION -> Blend.of(1, x, -sigma, output);
        };
    }

    /** The noise in a sample x of the given level, {@code x0} being its clean sample. */
    Tensor noise(Tensor x, Tensor output, Tensor x0, double alpha, double sigma) {
        return switch (this) {
            case EPSILON -> output;
            case V_PREDICTION -> Blend.of(alpha, output, sigma, x);
            case SAMPLE, FLOW_PREDICTION -> Blend.quotient(x, Blend.scaled(alpha, x0), sigma);
        };
    }

    /** The clean sample in x = x0 + sigma noise, of which the model saw x / sqrt(sigma^2 + 1). */
    Tensor denoised(Tensor x, Tensor output, double sigma) {
        float variance = SigmaSpace.variance(sigma);
        return this == V_PREDICTION
                ? Blend.of(1, Blend.divided(x, variance), -sigma / (float) Math.sqrt(variance), output)
                : denoised(x, output, 1, sigma);
    }
}
