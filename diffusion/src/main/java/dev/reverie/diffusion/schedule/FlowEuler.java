package dev.reverie.diffusion.schedule;

import dev.reverie.tensor.Tensor;
import java.util.Arrays;

/**
 * Euler's method along a flow: Esser et al. 2024 (Stable Diffusion 3); diffusers,
 * schedulers/scheduling_flow_match_euler_discrete.py.
 *
 * @param stochastic goes to the clean sample and back by new noise instead
 */
record FlowEuler(double[] sigmas, boolean stochastic) implements Solver {

    static Schedule schedule(SchedulerConfig config, ScheduleRequest request) {
        int train = config.trainTimesteps();
        double[] given = ScheduleRequest.values(request.timesteps());
        double[] levels = spread(config, shifted(config, request, given));
        if (config.flag("invert_sigmas")) {
            Grid grid =
                    Grid.of(new double[0], Arrays.stream(levels).map(s -> 1 - s).toArray(), 1);
            return schedule(config, scaled(grid, train), grid.sigmas());
        }
        Grid grid = Grid.of(new double[0], levels, 0);
        return schedule(config, given.length > 0 ? given : scaled(grid, train), grid.sigmas());
    }

    private static Schedule schedule(SchedulerConfig config, double[] timesteps, double[] sigmas) {
        return Schedule.of(timesteps, sigmas, new FlowEuler(sigmas, config.flag("stochastic_sampling")));
    }

    private static double[] shifted(SchedulerConfig config, ScheduleRequest request, double[] timesteps) {
        int train = config.trainTimesteps();
        FlowShift shift = FlowShift.of(config, "shift", request.mu());
        if (!request.sigmas().isEmpty()) {
            return shift.apply(ScheduleRequest.values(request.sigmas()));
        }
        if (timesteps.length > 0) {
            return shift.apply(Arrays.stream(timesteps).map(t -> t / train).toArray());
        }
        // the reference shifts the ends of a fixed shift twice
        FlowShift ends = FlowShift.fixed(config.flag("use_dynamic_shifting") ? 1 : config.number("shift"));
        return shift.apply(FlowSpace.levels(ends, train, request.steps()));
    }

    private static double[] spread(SchedulerConfig config, double[] levels) {
        SigmaSpacing spacing = SigmaSpacing.of(config);
        return spacing == SigmaSpacing.TIMESTEPS
                ? levels
                : spacing.spread(levels[0], levels[levels.length - 1], levels.length);
    }

    private static double[] scaled(Grid grid, int train) {
        return Arrays.stream(grid.sigmas(), 0, grid.sigmas().length - 1)
                .map(s -> s * train)
                .toArray();
    }

    @Override
    public Step step(int index, Tensor sample, Tensor modelOutput, History history, Noise noise) {
        double sigma = sigmas[index];
        double next = sigmas[index + 1];
        Tensor denoised = Blend.of(1, sample, -sigma, modelOutput);
        Tensor moved = stochastic
                ? FlowSpace.addNoise(denoised, noise.next(sample.shape()), next)
                : Blend.of(1, sample, next - sigma, modelOutput);
        return new Step(moved, denoised, history.next());
    }

    @Override
    public Tensor addNoise(Tensor original, Tensor noise, int index) {
        return FlowSpace.addNoise(original, noise, sigmas[index]);
    }
}
