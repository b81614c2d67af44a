package dev.reverie.diffusion.schedule;

import java.util.Arrays;

/** Timesteps of methods that look coefficients up by them. */
final class WholeTimesteps {
    private WholeTimesteps() {}

    /** {@code timesteps} as integers, each one a timestep of training. */
    static int[] of(double[] timesteps, NoiseTable table) {
        int[] whole = Arrays.stream(timesteps).mapToInt(t -> (int) t).toArray();
        for (int t : whole) {
            table.alphaBar(t); // refuses what is beyond
        }
        return whole;
    }

    /** The caller's list, which must hold whole numbers. */
    static double[] requested(ScheduleRequest request) {
        double[] timesteps = ScheduleRequest.values(request.timesteps());
        for (double t : timesteps) {
            if (t != Math.rint(t)) {
                throw new IllegalArgumentException("timestep %s must be a whole number".formatted(t));
            }
        }
        return timesteps;
    }
}
