package dev.reverie.diffusion.schedule;

import dev.reverie.tensor.Tensor;

/**
 * DPM-Solver-2 in sigma: Karras et al. 2022, the midpoint rule with the middle in log(sigma); diffusers,
 * schedulers/scheduling_k_dpm_2_discrete.py. A step asks the model here (even calls) and in the middle (odd calls);
 * the last step asks once.
 *
 * @param sigmas noise levels of steps, and of the end
 * @param middles of each step, 0 for the last
 */
record Dpm2(double[] sigmas, double[] middles, Prediction prediction) implements Solver {

    static Schedule schedule(SchedulerConfig config, NoiseTable table, ScheduleRequest request) {
        Grid grid = grid(config, table, request);
        double[] middles = new double[grid.steps()];
        for (int i = 0; i < middles.length; i++) {
            middles[i] = SigmaSpace.middle(grid.sigmas()[i], grid.sigmas()[i + 1]);
        }
        Solver solver = new Dpm2(grid.sigmas(), middles, config.prediction());
        return schedule(config, table, grid, middles, solver);
    }

    static Schedule schedule(SchedulerConfig config, NoiseTable table, Grid grid, double[] middles, Solver solver) {
        double[] sigmas = SigmaSpace.doubled(grid.sigmas(), 2 * grid.steps() + 2);
        return Schedule.of(interleaved(grid, middles, table), sigmas, solver)
                .withInitNoiseSigma(SigmaSpace.initNoiseSigma(config, grid.sigmas()[0]))
                .withTwoCallsPerStep();
    }

    /** Timesteps of the Karras spacing are whole here. */
    static Grid grid(SchedulerConfig config, NoiseTable table, ScheduleRequest request) {
        Grid grid = Grid.varianceExploding(config, table, request);
        boolean whole = SigmaSpacing.of(config) == SigmaSpacing.KARRAS
                && request.sigmas().isEmpty();
        return whole ? new Grid(Grid.rounded(grid.timesteps()), grid.sigmas()) : grid;
    }

    private static double[] interleaved(Grid grid, double[] middles, NoiseTable table) {
        double[] timesteps = new double[2 * grid.steps() - 1];
        for (int i = 0; i < timesteps.length; i++) {
            timesteps[i] = i % 2 == 0 ? grid.timesteps()[i / 2] : table.timestepOf(middles[i / 2]);
        }
        return timesteps;
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
        Tensor next = Blend.of(1, history.start(), sigmas[i + 1] - sigmas[i], slope);
        return new Step(next, denoised, history.next());
    }

    @Override
    public Tensor addNoise(Tensor original, Tensor noise, int index) {
        return SigmaSpace.addNoise(original, noise, sigmas[(index + 1) / 2]);
    }
}
