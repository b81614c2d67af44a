package dev.reverie.diffusion.schedule;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * How a run is to be stepped: by a number of steps, or by a caller's own list of noise levels or timesteps.
 *
 * @param steps number of steps, at least 1
 * @param sigmas noise levels, strictly descending, without the 0 at the end; empty for the scheduler's own
 * @param timesteps timesteps, strictly descending; empty for the scheduler's own
 * @param mu shift of models whose noise depends on the size of the picture; see {@link SchedulerConfig#mu}
 * @param originalSteps steps that a consistency model was distilled with; null for the configuration's
 * @param strength part of the distilled steps that a consistency model is to use, above 0 to 1: it redraws a picture from
 *     there
 * @param eta how much noise DDIM or TCD adds again, 0 (none) to 1; null for the method's own default
 * @param churn noise that Euler's and Heun's methods add again
 */
public record ScheduleRequest(
        int steps,
        List<Double> sigmas,
        List<Double> timesteps,
        @Nullable Double mu,
        @Nullable Integer originalSteps,
        double strength,
        @Nullable Double eta,
        Churn churn) {
    /** Most steps of a picture, and so most levels of a list that a request brings. */
    public static final int MAX_STEPS = 1000;

    public ScheduleRequest {
        if (steps < 1) {
            throw new IllegalArgumentException("a schedule needs at least one step, not %d".formatted(steps));
        }
        sigmas = descending("sigmas", sigmas);
        timesteps = descending("timesteps", timesteps);
        if (mu != null && !Double.isFinite(mu)) {
            throw new IllegalArgumentException("mu %s must be a finite number".formatted(mu));
        }
        if (originalSteps != null && originalSteps < 1) {
            throw new IllegalArgumentException("original steps %d must be positive".formatted(originalSteps));
        }
        if (!(strength > 0 && strength <= 1)) {
            throw new IllegalArgumentException("strength %s must be above 0 and at most 1".formatted(strength));
        }
        if (eta != null && !(eta >= 0 && eta <= 1)) {
            throw new IllegalArgumentException("eta %s must be between 0 and 1".formatted(eta));
        }
    }

    /** The scheduler's own choice of {@code steps} steps. */
    public static ScheduleRequest of(int steps) {
        return new ScheduleRequest(steps, List.of(), List.of(), null, null, 1, null, Churn.NONE);
    }

    /**
     * One step from each noise level to the next, the last to 0. Strictly descending; a 0 at the end may be given or
     * left out.
     */
    public static ScheduleRequest ofSigmas(double... sigmas) {
        int steps = sigmas.length > 0 && sigmas[sigmas.length - 1] == 0 ? sigmas.length - 1 : sigmas.length;
        List<Double> levels = boxed(sigmas).subList(0, steps);
        return new ScheduleRequest(steps, levels, List.of(), null, null, 1, null, Churn.NONE);
    }

    /** One step from each timestep of training to the next. Strictly descending. */
    public static ScheduleRequest ofTimesteps(double... timesteps) {
        return new ScheduleRequest(timesteps.length, List.of(), boxed(timesteps), null, null, 1, null, Churn.NONE);
    }

    public ScheduleRequest withMu(double value) {
        return new ScheduleRequest(steps, sigmas, timesteps, value, originalSteps, strength, eta, churn);
    }

    public ScheduleRequest withOriginalSteps(int value) {
        return new ScheduleRequest(steps, sigmas, timesteps, mu, value, strength, eta, churn);
    }

    public ScheduleRequest withStrength(double value) {
        return new ScheduleRequest(steps, sigmas, timesteps, mu, originalSteps, value, eta, churn);
    }

    public ScheduleRequest withEta(double value) {
        return new ScheduleRequest(steps, sigmas, timesteps, mu, originalSteps, strength, value, churn);
    }

    public ScheduleRequest withChurn(Churn value) {
        return new ScheduleRequest(steps, sigmas, timesteps, mu, originalSteps, strength, eta, value);
    }

    /** Whether the caller brought a list of its own. */
    boolean isFree() {
        return !sigmas.isEmpty() || !timesteps.isEmpty();
    }

    static double[] values(List<Double> list) {
        return list.stream().mapToDouble(Double::doubleValue).toArray();
    }

    private static List<Double> boxed(double[] values) {
        return Arrays.stream(values).boxed().toList();
    }

    static List<Double> descending(String what, List<Double> given) {
        List<Double> list = List.copyOf(given);
        boolean valid = list.stream().allMatch(v -> Double.isFinite(v) && v >= 0)
                && IntStream.range(1, list.size()).allMatch(i -> list.get(i) < list.get(i - 1));
        if (!valid) {
            throw new IllegalArgumentException("%s %s must be strictly descending numbers, none negative"
                    .formatted(what, list.size() > 20 ? list.subList(0, 20) + ".." : list));
        }
        return list;
    }
}
