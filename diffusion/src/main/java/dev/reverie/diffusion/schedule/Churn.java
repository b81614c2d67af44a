package dev.reverie.diffusion.schedule;

/**
 * Noise added back before a step of Euler's or Heun's method: "churn" of Karras et al. 2022 (Elucidating the Design
 * Space of Diffusion-Based Generative Models), algorithm 2.
 *
 * @param amount S_churn, spread over all steps; 0 adds none
 * @param minSigma S_tmin, the least noise level at which it is added
 * @param maxSigma S_tmax, the greatest
 * @param noiseScale S_noise, the deviation of what is added
 */
public record Churn(double amount, double minSigma, double maxSigma, double noiseScale) {
    public static final Churn NONE = new Churn(0, 0, Double.POSITIVE_INFINITY, 1);

    private static final double MOST = Math.sqrt(2) - 1;

    public Churn {
        boolean valid = amount >= 0
                && amount < Double.POSITIVE_INFINITY
                && minSigma >= 0
                && maxSigma >= minSigma
                && noiseScale >= 0
                && noiseScale < Double.POSITIVE_INFINITY;
        if (!valid) {
            throw new IllegalArgumentException(
                    "churn amount %s and noise scale %s must not be negative, sigmas from %s to %s must be a range"
                            .formatted(amount, noiseScale, minSigma, maxSigma));
        }
    }

    /** By what share a step at {@code sigma} raises the noise level. */
    double gamma(double sigma, int steps) {
        return sigma >= minSigma && sigma <= maxSigma ? Math.min(amount / steps, MOST) : 0;
    }
}
