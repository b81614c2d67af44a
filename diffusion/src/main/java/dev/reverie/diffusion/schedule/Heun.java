package dev.reverie.diffusion.schedule;

import dev.reverie.tensor.Tensor;

/**
 * Heun's method: Karras et al. 2022, algorithm 1; diffusers, schedulers/scheduling_heun_discrete.py. A step asks the
 * model twice, here (even calls) and where Euler's method would lead (odd calls); the last step asks once.
 *
 * @param sigmas noise level of each call, and of the end
 */
record Heun(double[] sigmas, Prediction prediction, Clipping clipping) implements SigmaSolver {

    static Schedule schedule(SchedulerConfig config, NoiseTable table, ScheduleRequest request) {
        Grid grid = Grid.varianceExploding(config, table, request);
        double[] sigmas = SigmaSpace.doubled(grid.sigmas(), 2 * grid.steps());
        Solver solver =
                new Heun(sigmas, config.prediction(), Clipping.of(config).withoutThresholding());
        return Schedule.of(SigmaSpace.doubled(grid.timesteps(), 2 * grid.steps() - 1), sigmas, solver)
                .withInitNoiseSigma(SigmaSpace.initNoiseSigma(config, sigmas[0]))
                .withTwoCallsPerStep();
    }

    @Override
    public Step step(int index, Tensor sample, Tensor modelOutput, History history, Noise noise) {
        double sigma = sigmas[index];
        Tensor denoised = clipping.apply(prediction.denoised(sample, modelOutput, sigma));
        Tensor slope = SigmaSpace.derivative(sample, denoised, sigma);
        if (index % 2 == 0) {
            Tensor predicted = Blend.of(1, sample, sigmas[index + 1] - sigma, slope);
            return new Step(predicted, denoised, history.halfway(sample, slope));
        }
        Tensor mean = Blend.of(0.5, history.direction(), 0.5, slope);
        Tensor next = Blend.of(1, history.start(), sigma - sigmas[index - 1], mean);
        return new Step(next, denoised, history.next());
    }
}
