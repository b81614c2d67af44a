package dev.reverie.diffusion.schedule;

import java.util.Arrays;
import java.util.Locale;

/** Which timesteps of training a run visits: table 2 of Lin et al. 2023. */
enum TimestepSpacing {
    LINSPACE,
    LEADING,
    TRAILING;

    static TimestepSpacing of(SchedulerConfig config) {
        return valueOf(config.word("timestep_spacing").toUpperCase(Locale.ROOT));
    }

    /** Whole timesteps below {@code train}, descending, both ends among them. */
    double[] whole(int steps, int train, int offset) {
        double[] timesteps = fractional(steps, train, offset);
        Arrays.setAll(timesteps, i -> Math.rint(timesteps[i]));
        return timesteps;
    }

    /** As {@link #whole}, but evenly spaced ones are not rounded. */
    double[] fractional(int steps, int train, int offset) {
        return switch (this) {
            case LINSPACE -> descending(linspace(0, train - 1, steps));
            case LEADING -> leading(steps, train / steps, offset);
            case TRAILING -> trailing(steps, train, (double) train / steps);
        };
    }

    /**
     * Whole timesteps of a method that counts the end of the last step among them: one more is spread, the last
     * dropped.
     *
     * @param last one past the noisiest timestep to be visited, at most {@code train}
     */
    double[] withoutEnd(int steps, int last, int train, int offset) {
        return switch (this) {
            case LINSPACE -> {
                double[] all = linspace(0, last - 1, steps + 1);
                Arrays.setAll(all, i -> Math.rint(all[i]));
                yield Arrays.copyOf(descending(all), steps);
            }
            case LEADING -> Arrays.copyOf(leading(steps + 1, last / (steps + 1), offset), steps);
            case TRAILING -> trailing(steps, last, (double) train / steps);
        };
    }

    private static double[] leading(int steps, int ratio, int offset) {
        double[] timesteps = new double[steps];
        Arrays.setAll(timesteps, i -> (double) (steps - 1 - i) * ratio + offset);
        return timesteps;
    }

    private static double[] trailing(int steps, int last, double ratio) {
        double[] timesteps = new double[(int) Math.min(steps, Math.ceil(last / ratio))];
        Arrays.setAll(timesteps, i -> Math.rint(last - i * ratio) - 1);
        return timesteps;
    }

    /** {@code n} even values from {@code start} to {@code end}; a single one is {@code start}. */
    static double[] linspace(double start, double end, int n) {
        double[] values = new double[n];
        double step = (end - start) / Math.max(1, n - 1);
        Arrays.setAll(values, i -> i == n - 1 && n > 1 ? end : start + i * step);
        return values;
    }

    static double[] descending(double[] ascending) {
        double[] values = new double[ascending.length];
        Arrays.setAll(values, i -> ascending[ascending.length - 1 - i]);
        return values;
    }
}
