package dev.reverie.diffusion.schedule;

import java.util.Arrays;

/**
 * Noise levels that were optimised for a model: Align Your Steps (Sabour et al. 2024). Values of ten steps are those
 * of {@code AysSchedules} in diffusers, schedulers/scheduling_utils.py; other numbers of steps are interpolated
 * linearly in the logarithm, as the paper's page does.
 */
public enum AlignYourSteps {
    /**
     * Optimised for Stable Diffusion 1.5. Neither the paper nor diffusers has a list for 2; it follows this one, since its
     * noise is the same and begins at the same 14.61.
     */
    STABLE_DIFFUSION,
    STABLE_DIFFUSION_XL,
    STABLE_VIDEO_DIFFUSION;

    private double[] tenSigmas() {
        return switch (this) {
            case STABLE_DIFFUSION ->
                new double[] {14.615, 6.475, 3.861, 2.697, 1.886, 1.396, 0.963, 0.652, 0.399, 0.152};
            case STABLE_DIFFUSION_XL ->
                new double[] {14.615, 6.315, 3.771, 2.181, 1.342, 0.862, 0.555, 0.380, 0.234, 0.113};
            case STABLE_VIDEO_DIFFUSION ->
                new double[] {700.00, 54.5, 15.886, 7.977, 4.248, 1.789, 0.981, 0.403, 0.173, 0.034};
        };
    }

    /** Noise levels of {@code steps} steps, descending, for {@link ScheduleRequest#ofSigmas}. */
    public double[] sigmas(int steps) {
        if (steps < 1 || steps > ScheduleRequest.MAX_STEPS) {
            throw new IllegalArgumentException(
                    "Align Your Steps has 1 to %,d steps, not %d".formatted(ScheduleRequest.MAX_STEPS, steps));
        }
        double[] ten = tenSigmas();
        if (steps == ten.length) {
            return ten;
        }
        double[] positions = TimestepSpacing.linspace(0, ten.length - 1, steps);
        return Arrays.stream(positions).map(position -> level(ten, position)).toArray();
    }

    private static double level(double[] sigmas, double position) {
        int below = Math.min((int) position, sigmas.length - 2);
        double low = StrictMath.log(sigmas[below]);
        double high = StrictMath.log(sigmas[below + 1]);
        return StrictMath.exp(low + (position - below) * (high - low));
    }
}
