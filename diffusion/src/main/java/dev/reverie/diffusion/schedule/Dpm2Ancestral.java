package dev.reverie.diffusion.schedule;

import dev.reverie.tensor.Tensor;

/**
 * {@link Dpm2} with new noise at every step: diffusers, schedulers/scheduling_k_dpm_2_ancestral_discrete.py.
 *
 * @param middles between the level of a step and the one that it goes down to; 0 for the last step
 */
record Dpm2Ancestral(double[] sigmas, double[] middles, Prediction prediction) implements Solver {

    static Schedule schedule(SchedulerConfig config, NoiseTable table, ScheduleRequest request) {
        Grid grid = Dpm2.grid(config, table, request);
        double[] middles = new double[grid.steps()];
        for (int i = 0; i < middles.length; i++) {
            double sigma = grid.sigmas()[i];
            middles[i] =
                    Math.sqrt(sigma * Ancestral.of(sigma, grid.sigmas()[i + 1]).down());
        }
        Solver solver = new Dpm2Ancestral(grid.sigmas(), middles, config.prediction());
        return Dpm2.schedule(config, table, grid, middles, solver);
    }

    @Override
    public Tensor scaleModelInput(Tensor sample, int index) {
        return SigmaSpace.modelInput(sample, index % 2 == 0 ? sigmas[index / 2] : middles[index / 2]);
    }

    @Override
    public Step step(int index, Tensor sample, Tensor modelOutput, History history, Noise noise) {
        int i = index / 2;
        boolean first = index % 2 == 0;
        double sigma = first ? sigmas[i] : middles[i];
        Tensor denoised = prediction.denoised(sample, modelOutput, sigma);
        Tensor slope = SigmaSpace.derivative(sample, denoised, sigma);
        if (first) {
            return new Step(Blend.of(1, sample, middles[i] - sigma, slope), denoised, history.halfway(sample, slope));
        }
        Ancestral ancestral = Ancestral.of(sigmas[i], sigmas[i + 1]);
        Tensor next = Blend.of(
                1, history.start(), ancestral.down() - sigmas[i], slope, ancestral.up(), noise.next(sample.shape()));
        return new Step(next, denoised, history.next());
    }

    @Override
    public Tensor addNoise(Tensor original, Tensor noise, int index) {
        return SigmaSpace.addNoise(original, noise, sigmas[(index + 1) / 2]);
    }
}
