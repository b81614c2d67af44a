package dev.reverie.diffusion.schedule;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Moves the noise levels of a flow model, 0 to 1, towards noise: by a fixed shift, or by mu that follows the size of
 * the picture. Esser et al. 2024 (Stable Diffusion 3), section 5.3.2; diffusers,
 * schedulers/scheduling_flow_match_euler_discrete.py.
 *
 * @param shift s in s t / (1 + (s - 1) t)
 * @param terminal the level that the last one is stretched to; 0 for none
 */
record FlowShift(double shift, double terminal) {

    static FlowShift fixed(double shift) {
        return new FlowShift(shift, 0);
    }

    /** {@code name} is the option that holds the fixed shift. */
    static FlowShift of(SchedulerConfig config, String name, @Nullable Double mu) {
        Double terminal = config.numberIfStated("shift_terminal");
        return new FlowShift(
                config.flag("use_dynamic_shifting") ? dynamic(config, mu) : config.number(name),
                terminal == null ? 0 : terminal);
    }

    private static double dynamic(SchedulerConfig config, @Nullable Double mu) {
        if (mu == null) {
            throw new IllegalArgumentException("use_dynamic_shifting: the schedule needs mu, from the picture's size");
        }
        // mu / (mu + 1 / t - 1) is the same as s t / (1 + (s - 1) t)
        double shift = config.word("time_shift_type").equals("linear") ? mu : StrictMath.exp(mu);
        if (!(shift > 0 && shift < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("mu %s is out of range".formatted(mu));
        }
        return shift;
    }

    double apply(double level) {
        return shift * level / (1 + (shift - 1) * level);
    }

    double[] apply(double[] levels) {
        double[] shifted = Arrays.stream(levels).map(this::apply).toArray();
        double end = 1 - shifted[shifted.length - 1];
        if (terminal > 0 && end > 0) { // a single level of pure noise has nothing to stretch
            double scale = end / (1 - terminal);
            Arrays.setAll(shifted, i -> 1 - (1 - shifted[i]) / scale);
        }
        return shifted;
    }
}
