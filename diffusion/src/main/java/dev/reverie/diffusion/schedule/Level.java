package dev.reverie.diffusion.schedule;

import dev.reverie.tensor.Tensor;
import java.util.Arrays;

/**
 * One noise level as the solvers in log-SNR see it: a sample is alpha x0 + sigma noise.
 *
 * <p>In float32 as in the reference (diffusers, {@code _sigma_to_alpha_sigma_t}): where a step is wide, a sample is
 * multiplied by thousands, and with it what the roundings of its weights leave.
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
        return of(1 - (float) sigma, (float) sigma);
    }

    private static Level ofRatio(double ratio) {
        float alpha = 1 / (float) Math.sqrt(SigmaSpace.variance(ratio));
        return of(alpha, (float) ratio * alpha);
    }

    private static Level of(float alpha, float sigma) {
        return new Level(alpha, sigma, (float) StrictMath.log(alpha) - (float) StrictMath.log(sigma));
    }

    Tensor addNoise(Tensor original, Tensor noise) {
        return Blend.of(alpha, original, sigma, noise);
    }

    /** The clean sample that the model sees in {@code sample}, kept in range. */
    Tensor denoised(Prediction prediction, Clipping clipping, Tensor sample, Tensor modelOutput) {
        Tensor mean = LearnedVariance.mean(modelOutput, sample);
        return clipping.apply(prediction.denoised(sample, mean, alpha, sigma));
    }

    /** The noise that the model sees; where thresholding moved the clean sample, what is beside that. */
    Tensor noise(Prediction prediction, Clipping clipping, Tensor sample, Tensor modelOutput, Tensor denoised) {
        Tensor mean = LearnedVariance.mean(modelOutput, sample);
        return clipping.thresholding()
                ? noiseIn(sample, denoised)
                : prediction.noise(sample, mean, denoised, alpha, sigma);
    }

    /** The noise beside {@code denoised} in {@code sample}. */
    Tensor noiseIn(Tensor sample, Tensor denoised) {
        return Blend.quotient(sample, Blend.scaled(alpha, denoised), sigma);
    }
}
