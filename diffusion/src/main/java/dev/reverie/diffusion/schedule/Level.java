package dev.reverie.diffusion.schedule;

import dev.reverie.tensor.Tensor;
import java.util.Arrays;

/**
 * One noise level as the solvers in log-SNR see it: a sample is alpha x0 + sigma noise.
 *
 * @param lambda log(alpha / sigma), infinite where there is no noise
 */
record Level(double alpha, double sigma, double lambda) {

    /** Of a method's levels; {@code flow}: alpha = 1 - sigma, otherwise alpha^2 + sigma^2 = 1. */
    static Level[] of(double[] sigmas, boolean flow) {
        return Arrays.stream(sigmas)
                .mapToObj(s -> flow ? ofFlow(s) : ofRatio(s))
                .toArray(Level[]::new);
    }

    private static Level ofFlow(double sigma) {
        return new Level(1 - sigma, sigma, StrictMath.log(1 - sigma) - StrictMath.log(sigma));
    }

    private static Level ofRatio(double ratio) {
        double alpha = 1 / Math.sqrt(ratio * ratio + 1);
        return new Level(alpha, ratio * alpha, -StrictMath.log(ratio));
    }

    Tensor addNoise(Tensor original, Tensor noise) {
        return Blend.of(alpha, original, sigma, noise);
    }

    /** The clean sample that the model sees in {@code sample}, kept in range. */
    Tensor denoised(Prediction prediction, Clipping clipping, Tensor sample, Tensor modelOutput) {
        Tensor mean = LearnedVariance.mean(modelOutput, sample);
        return clipping.apply(prediction.denoised(sample, mean, alpha, sigma));
    }

    /** The noise beside {@code denoised} in {@code sample}. */
    Tensor noiseIn(Tensor sample, Tensor denoised) {
        return Blend.of(1 / sigma, sample, -alpha / sigma, denoised);
    }
}
