package dev.reverie.diffusion.schedule;

import dev.reverie.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * How much of a training picture is left at each timestep: {@code alphaBar(t)}, the product of 1 - beta up to t, in
 * float32 as torch has it; {@code sigma(t) = sqrt((1 - alphaBar) / alphaBar)}, ascending.
 *
 * <p>Ho et al. 2020 (linear), Rombach et al. 2022 (scaled_linear), Nichol and Dhariwal 2021 (squaredcos_cap_v2), Lin et
 * al. 2023 (rescaling to a last step of pure noise); diffusers, schedulers/scheduling_ddim.py.
 */
final class NoiseTable {
    /** Stands for the 0 of a table that ends in pure noise, where a method needs a finite sigma. */
    private static final float NEARLY_NO_SIGNAL = 0x1p-24f;

    /** As torch rounds it; the nearest float32 is one less in the last place. */
    private static final float SIGMA_OF_NO_SIGNAL = 0x1p12f;

    /** The methods that know {@code rescale_betas_zero_snr}; the reference's others carry it along unused. */
    private static final Set<SchedulerType> RESCALING = Set.of(
            SchedulerType.DDIM,
            SchedulerType.DDPM,
            SchedulerType.EULER,
            SchedulerType.EULER_ANCESTRAL,
            SchedulerType.DPM_MULTISTEP,
            SchedulerType.UNIPC,
            SchedulerType.LCM,
            SchedulerType.TCD);

    private final float[] alphaBar;
    private final float[] sigmas;
    private final float[] logSigmas;
    private final float finalAlphaBar;

    private NoiseTable(float[] alphaBar, float finalAlphaBar) {
        this.alphaBar = alphaBar;
        this.finalAlphaBar = finalAlphaBar;
        sigmas = new float[alphaBar.length];
        logSigmas = new float[alphaBar.length];
        for (int t = 0; t < sigmas.length; t++) {
            boolean noSignal = alphaBar[t] == NEARLY_NO_SIGNAL;
            sigmas[t] = noSignal ? SIGMA_OF_NO_SIGNAL : (float) Math.sqrt((1 - alphaBar[t]) / alphaBar[t]);
            logSigmas[t] = (float) StrictMath.log(sigmas[t]);
        }
    }

    static NoiseTable of(SchedulerConfig config) {
        float[] betas = betas(config);
        boolean zeroSnr = config.flag("rescale_betas_zero_snr") && RESCALING.contains(config.type());
        float[] alphaBar = cumulativeProduct(zeroSnr ? withZeroSnr(betas) : betas);
        if (zeroSnr && config.type().family() != SchedulerType.Family.VARIANCE_PRESERVING) {
            alphaBar[alphaBar.length - 1] = NEARLY_NO_SIGNAL;
        }
        return new NoiseTable(alphaBar, config.flag("set_alpha_to_one") ? 1 : alphaBar[0]);
    }

    private static float[] betas(SchedulerConfig config) {
        List<Double> trained = config.numbers("trained_betas");
        if (!trained.isEmpty()) {
            float[] betas = new float[trained.size()];
            for (int t = 0; t < betas.length; t++) {
                betas[t] = trained.get(t).floatValue();
            }
            return betas;
        }
        int steps = config.trainTimesteps();
        double start = config.number("beta_start");
        double end = config.number("beta_end");
        return switch (config.word("beta_schedule")) {
            case "scaled_linear" -> squared(linear(Math.sqrt(start), Math.sqrt(end), steps));
            case "squaredcos_cap_v2" -> cosine(steps);
            default -> linear(start, end, steps);
        };
    }

    /** {@code torch.linspace} in float32: from both ends to the middle, fused. */
    private static float[] linear(double start, double end, int n) {
        float[] values = new float[n];
        float step = ((float) end - (float) start) / Math.max(1, n - 1);
        for (int i = 0; i < n; i++) {
            boolean fromStart = i < n / 2 || n == 1;
            values[i] = fromStart ? Math.fma(step, i, (float) start) : Math.fma(-step, n - 1 - i, (float) end);
        }
        return values;
    }

    private static float[] squared(float[] roots) {
        for (int i = 0; i < roots.length; i++) {
            roots[i] *= roots[i];
        }
        return roots;
    }

    private static float[] cosine(int n) {
        float[] betas = new float[n];
        for (int i = 0; i < n; i++) {
            betas[i] = (float) Math.min(1 - cosineAlphaBar((i + 1.0) / n) / cosineAlphaBar((double) i / n), 0.999);
        }
        return betas;
    }

    private static double cosineAlphaBar(double time) {
        double cosine = StrictMath.cos((time + 0.008) / 1.008 * Math.PI / 2);
        return cosine * cosine;
    }

    private static float[] cumulativeProduct(float[] betas) {
        float[] products = new float[betas.length];
        double product = 1; // torch multiplies in double, too
        for (int t = 0; t < betas.length; t++) {
            product *= 1f - betas[t];
            products[t] = (float) product;
        }
        return products;
    }

    /** Shifts and stretches sqrt(alphaBar) so that it ends at 0 and begins where it did. */
    private static float[] withZeroSnr(float[] betas) {
        float[] roots = cumulativeProduct(betas);
        for (int t = 0; t < roots.length; t++) {
            roots[t] = (float) Math.sqrt(roots[t]);
        }
        float first = roots[0];
        float last = roots[roots.length - 1];
        float[] rescaled = new float[roots.length];
        float before = 1;
        for (int t = 0; t < roots.length; t++) {
            float root = (roots[t] - last) * (first / (first - last));
            rescaled[t] = 1 - root * root / before;
            before = root * root;
        }
        return rescaled;
    }

    /** Timesteps of training. */
    int size() {
        return alphaBar.length;
    }

    /** The share of signal in the variance at a whole timestep; behind the first, what the configuration says. */
    float alphaBar(int timestep) {
        if (timestep >= alphaBar.length) {
            throw new IllegalArgumentException("timestep %d is not among the %d of training; fewer steps or a smaller"
                            .formatted(timestep, alphaBar.length)
                    + " steps_offset would help");
        }
        return timestep < 0 ? finalAlphaBar : alphaBar[timestep];
    }

    /** Noise of the first timestep, the least. */
    double leastSigma() {
        return sigmas[0];
    }

    double greatestSigma() {
        return sigmas[sigmas.length - 1];
    }

    /** {@code count} sigmas from the greatest to the least, even in log(sigma), in float32. */
    double[] logLinear(int count) {
        float[] logs = linear(logSigmas[logSigmas.length - 1], logSigmas[0], count);
        double[] spread = new double[count];
        Arrays.setAll(spread, i -> (float) StrictMath.exp(logs[i]));
        return spread;
    }

    /** Sigma at a timestep between whole ones, by linear interpolation; the ends hold outside. */
    double sigmaAt(double timestep) {
        int below = (int) Math.min(Math.max(timestep, 0), sigmas.length - 1);
        int above = Math.min(below + 1, sigmas.length - 1);
        double share = Math.min(Math.max(timestep - below, 0), 1);
        return sigmas[below] + share * ((double) sigmas[above] - sigmas[below]);
    }

    /** The timestep of a sigma, by linear interpolation of logarithms; the ends hold outside. */
    double timestepOf(double sigma) {
        double log = StrictMath.log(Math.max(sigma, 1e-10));
        if (logSigmas.length == 1) {
            return 0;
        }
        int above = 1;
        while (above < logSigmas.length - 1 && logSigmas[above] <= log) {
            above++;
        }
        int below = above - 1;
        double share = (logSigmas[below] - log) / ((double) logSigmas[below] - logSigmas[above]);
        share = Math.min(Math.max(share, 0), 1);
        return (1 - share) * below + share * above;
    }

    /** How many of the last timesteps have log(alpha / sigma) below {@code least}. */
    int countBelowLogSnr(double least) {
        int count = 0;
        for (float log : logSigmas) {
            count += -log < least ? 1 : 0;
        }
        return count;
    }

    /** sqrt(alphaBar) x0 + sqrt(1 - alphaBar) noise. */
    Tensor addNoise(Tensor original, Tensor noise, int timestep) {
        float share = alphaBar(timestep);
        return Blend.of(Math.sqrt(share), original, Math.sqrt(1 - share), noise);
    }
}
