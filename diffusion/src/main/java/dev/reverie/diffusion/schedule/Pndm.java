package dev.reverie.diffusion.schedule;

import dev.reverie.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * PNDM: Liu et al. 2022, Pseudo Numerical Methods for Diffusion Models on Manifolds; diffusers,
 * schedulers/scheduling_pndm.py. A linear multistep method of order 4 on the noise. It begins with Runge and Kutta's
 * four calls a step, three times, or, where {@code skip_prk_steps} says so, with two calls for the first step.
 *
 * @param rungeKuttaCalls the first 12 calls, or none
 */
record Pndm(NoiseTable table, int[] timesteps, int stride, Prediction prediction, int rungeKuttaCalls)
        implements Solver {
    private static final int ORDER = 4;

    static Schedule schedule(SchedulerConfig config, NoiseTable table, ScheduleRequest request) {
        int steps = request.steps();
        double[] even = TimestepSpacing.of(config).whole(steps, table.size(), config.integer("steps_offset"));
        int stride = table.size() / steps;
        boolean skips = config.flag("skip_prk_steps");
        double[] timesteps = skips ? secondTwice(even) : withRungeKutta(even, stride);
        int calls = skips ? 0 : 4 * (ORDER - 1);
        Solver solver = new Pndm(table, WholeTimesteps.of(timesteps, table), stride, config.prediction(), calls);
        return Schedule.of(timesteps, new double[0], solver);
    }

    /** The second timestep is visited twice: the first step averages both its ends. */
    private static double[] secondTwice(double[] even) {
        if (even.length == 1) {
            return even;
        }
        double[] timesteps = new double[even.length + 1];
        Arrays.setAll(timesteps, i -> even[i < 2 ? i : i - 1]);
        return timesteps;
    }

    /** Three steps with calls at their start, twice in their middle, and at their end. */
    private static double[] withRungeKutta(double[] even, int stride) {
        if (even.length < ORDER) {
            throw new IllegalArgumentException(
                    "PNDM takes at least %d steps unless skip_prk_steps is true; %d were asked"
                            .formatted(ORDER, even.length));
        }
        int whole = ORDER - 1;
        int half = stride / 2;
        double[] timesteps = new double[4 * whole + even.length - whole];
        for (int i = 0; i < 4 * whole; i++) {
            int step = i / 4;
            timesteps[i] = i % 4 == 0 ? even[step] : i % 4 == 3 ? even[step + 1] : even[step + 1] + half;
        }
        System.arraycopy(even, whole, timesteps, 4 * whole, even.length - whole);
        return timesteps;
    }

    @Override
    public Step step(int index, Tensor sample, Tensor modelOutput, History history, Noise noise) {
        return history.calls() < rungeKuttaCalls
                ? rungeKutta(index, sample, modelOutput, history)
                : multistep(index, sample, modelOutput, history);
    }

    /** The slopes of a step are weighted 1/6, 1/3, 1/3, 1/6. */
    private Step rungeKutta(int index, Tensor sample, Tensor output, History history) {
        int call = history.calls() % 4;
        Tensor start = call == 0 ? sample : history.start();
        double weight = call == 0 || call == 3 ? 1.0 / 6 : 1.0 / 3;
        Tensor slope = call == 0 ? Blend.scaled(weight, output) : Blend.of(1, history.direction(), weight, output);
        int from = timesteps[index - call];
        int to = timesteps[index] - (call % 2 == 0 ? stride / 2 : 0);
        Tensor next = move(start, call == 3 ? slope : output, from, to);
        List<Tensor> outputs = call == 0 ? history.with(output, ORDER) : history.outputs();
        History after = new History(history.calls() + 1, outputs, start, slope);
        return new Step(next, denoised(sample, output, index), after);
    }

    private Step multistep(int index, Tensor sample, Tensor output, History history) {
        Tensor denoised = denoised(sample, output, index);
        int timestep = timesteps[index];
        if (rungeKuttaCalls == 0 && history.calls() == 1) { // the second call of the first step
            Tensor mean = Blend.of(0.5, output, 0.5, history.outputs().getLast());
            Tensor next = move(history.start(), mean, timestep + stride, timestep);
            return new Step(next, denoised, history.next(history.outputs(), null));
        }
        List<Tensor> outputs = history.with(output, ORDER);
        Tensor next = move(sample, extrapolated(outputs), timestep, timestep - stride);
        return new Step(next, denoised, history.next(outputs, sample));
    }

    /** Adams and Bashforth's weights, oldest first. */
    private static Tensor extrapolated(List<Tensor> outputs) {
        double[] weights = switch (outputs.size()) {
            case 1 -> new double[] {1};
            case 2 -> new double[] {-1.0 / 2, 3.0 / 2};
            case 3 -> new double[] {5.0 / 12, -16.0 / 12, 23.0 / 12};
            default -> new double[] {-9.0 / 24, 37.0 / 24, -59.0 / 24, 55.0 / 24};
        };
        return Blend.of(weights, outputs);
    }

    /** Equation 11: along the noise from one timestep to another. */
    private Tensor move(Tensor sample, Tensor output, int from, int to) {
        float here = table.alphaBar(from);
        float there = table.alphaBar(to);
        Tensor epsilon = prediction.noise(sample, output, output, Math.sqrt(here), Math.sqrt(1 - here));
        float denominator = here * (float) Math.sqrt(1 - there) + (float) Math.sqrt(here * (1 - here) * there);
        Tensor change = Blend.divided(Blend.scaled(here - there, epsilon), denominator);
        return Blend.of(Math.sqrt(there / here), sample, 1, change);
    }

    private Tensor denoised(Tensor sample, Tensor output, int index) {
        float here = table.alphaBar(timesteps[index]);
        return prediction.denoised(sample, output, Math.sqrt(here), Math.sqrt(1 - here));
    }

    @Override
    public Tensor addNoise(Tensor original, Tensor noise, int index) {
        return table.addNoise(original, noise, timesteps[index]);
    }
}
