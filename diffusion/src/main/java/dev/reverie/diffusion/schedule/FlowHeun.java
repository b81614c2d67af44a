package dev.reverie.diffusion.schedule;

import dev.reverie.tensor.Tensor;
import java.util.Arrays;

/**
 * Heun's method along a flow: diffusers, schedulers/scheduling_flow_match_heun_discrete.py. Calls go as in
 * {@link Heun}.
 */
record FlowHeun(double[] sigmas, Churn churn) implements Solver {

    static Schedule schedule(SchedulerConfig config, ScheduleRequest request) {
        int train = config.trainTimesteps();
        FlowShift shift = FlowShift.fixed(config.number("shift"));
        double[] levels =
                Arrays.stream(levels(shift, request, train)).map(shift::apply).toArray();
        Grid grid = Grid.of(new double[0], levels, 0);
        double[] sigmas = SigmaSpace.doubled(grid.sigmas(), 2 * levels.length);
        double[] timesteps =
                Arrays.stream(sigmas, 0, sigmas.length - 1).map(s -> s * train).toArray();
        return Schedule.of(timesteps, sigmas, new FlowHeun(sigmas, request.churn()))
                .withTwoCallsPerStep();
    }

    private static double[] levels(FlowShift shift, ScheduleRequest request, int train) {
        if (!request.sigmas().isEmpty()) {
            return ScheduleRequest.values(request.sigmas());
        }
        double[] given = ScheduleRequest.values(request.timesteps());
        return given.length > 0
                ? Arrays.stream(given).map(t -> t / train).toArray()
                : FlowSpace.levels(shift, train, request.steps());
    }

    @Override
    public Step step(int index, Tensor sample, Tensor modelOutput, History history, Noise noise) {
        boolean first = index % 2 == 0;
        double from = sigmas[first ? index : index - 1];
        double to = sigmas[first ? index + 1 : index];
        double gamma = churn.gamma(from, sigmas.length - 1);
        double raised = from * (gamma + 1);
        Tensor x = gamma > 0 ? churned(sample, from, raised, noise) : sample;
        Tensor denoised = Blend.of(1, x, -sigmas[index], modelOutput);
        if (first) {
            Tensor slope = Blend.scaled(from / raised, modelOutput);
            return new Step(Blend.of(1, x, to - raised, slope), denoised, history.halfway(x, slope));
        }
        double half = (to - raised) / 2;
        Tensor next = Blend.of(1, history.start(), half, history.direction(), half, modelOutput);
        return new Step(next, denoised, history.next());
    }

    private Tensor churned(Tensor sample, double from, double raised, Noise noise) {
        double added = churn.noiseScale() * Math.sqrt(raised * raised - from * from);
        return Blend.of(1, sample, added, noise.next(sample.shape()));
    }

    @Override
    public Tensor addNoise(Tensor original, Tensor noise, int index) {
        return FlowSpace.addNoise(original, noise, sigmas[index]);
    }
}
