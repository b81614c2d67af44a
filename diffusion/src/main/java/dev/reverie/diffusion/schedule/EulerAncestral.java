package dev.reverie.diffusion.schedule;

import dev.reverie.tensor.Tensor;

/** Euler's method with new noise at every step: diffusers, schedulers/scheduling_euler_ancestral_discrete.py. */
record EulerAncestral(double[] sigmas, Prediction prediction) implements SigmaSolver {

    static Schedule schedule(SchedulerConfig config, NoiseTable table, ScheduleRequest request) {
        Grid grid = Grid.varianceExploding(config, table, request);
        return Schedule.of(grid.timesteps(), grid.sigmas(), new EulerAncestral(grid.sigmas(), config.prediction()))
                .withInitNoiseSigma(SigmaSpace.initNoiseSigma(config, grid.sigmas()[0]));
    }

    @Override
    public Step step(int index, Tensor sample, Tensor modelOutput, History history, Noise noise) {
        double sigma = sigmas[index];
        Ancestral ancestral = Ancestral.of(sigma, sigmas[index + 1]);
        Tensor denoised = prediction.denoised(sample, modelOutput, sigma);
        Tensor derivative = SigmaSpace.derivative(sample, denoised, sigma);
        Tensor next =
                Blend.of(1, sample, ancestral.down() - sigma, derivative, ancestral.up(), noise.next(sample.shape()));
        return new Step(next, denoised, history.next());
    }
}
