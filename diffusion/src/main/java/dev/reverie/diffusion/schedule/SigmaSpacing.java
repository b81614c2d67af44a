package dev.reverie.diffusion.schedule;

import java.util.Arrays;
import org.apache.commons.math3.distribution.BetaDistribution;
import org.jspecify.annotations.Nullable;

/** How noise levels are spread between the greatest and the least, where they do not follow from timesteps. */
enum SigmaSpacing {
    /** From timesteps. */
    TIMESTEPS,
    /** Even in sigma^(1/7): Karras et al. 2022. */
    KARRAS,
    /** Even in log(sigma). */
    EXPONENTIAL,
    /** By the quantiles of a Beta(0.6, 0.6) distribution: Lee et al. 2024, Beta Sampling is All You Need. */
    BETA,
    /** Even in log(alpha / sigma): Lu et al. 2022. The same as {@link #EXPONENTIAL}; timesteps are rounded. */
    LU;

    private static final double RHO = 7;

    static SigmaSpacing of(SchedulerConfig config) {
        if (config.flag("use_karras_sigmas")) {
            return KARRAS;
        }
        if (config.flag("use_lu_lambdas") && config.type() == SchedulerType.DPM_MULTISTEP) {
            return LU;
        }
        if (config.flag("use_exponential_sigmas")) {
            return EXPONENTIAL;
        }
        return config.flag("use_beta_sigmas") ? BETA : TIMESTEPS;
    }

    /** {@code steps} noise levels from {@code greatest} down to {@code least}. */
    double[] spread(double greatest, double least, int steps) {
        double[] ramp = TimestepSpacing.linspace(0, 1, steps);
        double[] sigmas = new double[steps];
        BetaDistribution beta = this == BETA ? new BetaDistribution(null, 0.6, 0.6) : null;
        Arrays.setAll(sigmas, i -> level(ramp[i], greatest, least, beta));
        return sigmas;
    }

    private double level(double share, double greatest, double least, @Nullable BetaDistribution beta) {
        if (beta != null) {
            return least + beta.inverseCumulativeProbability(1 - share) * (greatest - least);
        }
        if (this == KARRAS) {
            double from = StrictMath.pow(greatest, 1 / RHO);
            double to = StrictMath.pow(least, 1 / RHO);
            return StrictMath.pow(from + share * (to - from), RHO);
        }
        double from = log(greatest);
        return StrictMath.exp(from + share * (log(least) - from));
    }

    /** The reference spreads lambdas of float32. */
    private double log(double sigma) {
        double log = StrictMath.log(sigma);
        return this == LU ? (float) log : log;
    }
}
