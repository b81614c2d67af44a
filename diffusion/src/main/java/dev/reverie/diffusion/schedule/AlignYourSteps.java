package dev.reverie.diffusion.schedule;

import java.util.Arrays;
import java.util.List;

/**
 * Noise levels that were optimised for a model: Align Your Steps (Sabour et al. 2024). Values of ten steps are those
 * of {@code AysSchedules} in diffusers, schedulers/scheduling_utils.py; other numbers of steps are interpolated
 * linearly in the logarithm, as the paper's page does.
 */
public enum AlignYourSteps {
    STABLE_DIFFUSION(14.615, 6.475, 3.861, 2.697, 1.886, 1.396, 0.963, 0.652, 0.399, 0.152),
    STABLE_DIFFUSION_XL(14.615, 6.315, 3.771, 2.181, 1.342, 0.862, 0.555, 0.380, 0.234, 0.113),
    STABLE_VIDEO_DIFFUSION(700.00, 54.5, 15.886, 7.977, 4.248, 1.789, 0.981, 0.403, 0.173, 0.034);

    private final List<Double> sigmas;

    AlignYourSteps(Double... sigmas) {
        this.sigmas = List.of(sigmas);
    }

    /** Noise levels of {@code steps} steps, descending, for {@link ScheduleRequest#ofSigmas}. */
    public double[] sigmas(int steps) {
        if (steps < 1 || steps > 1000) {
            throw new IllegalArgumentException("Align Your Steps has 1 to 1,000 steps, not %d".formatted(steps));
        }
        if (steps == sigmas.size()) {
            return ScheduleRequest.values(sigmas);
        }
        double[] levels = new double[steps];
        Arrays.setAll(levels, i -> level(steps == 1 ? 0 : (double) i * (sigmas.size() - 1) / (steps - 1)));
        return levels;
    }

    private double level(double position) {
        int below = Math.min((int) position, sigmas.size() - 2);
        double low = StrictMath.log(sigmas.get(below));
        double high = StrictMath.log(sigmas.get(below + 1));
        return StrictMath.exp(low + (position - below) * (high - low));
    }
}
