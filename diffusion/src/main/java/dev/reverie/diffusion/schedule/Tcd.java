package dev.reverie.diffusion.schedule;

import dev.reverie.tensor.Tensor;

/**
 * Trajectory consistency distillation: Zheng et al. 2024, algorithm 4; diffusers, schedulers/scheduling_tcd.py.
 * Leads to a timestep below the next one, by a share {@code eta} of it, and adds noise up to the next.
 */
record Tcd(NoiseTable table, int[] timesteps, Prediction prediction, double eta) implements Solver {
    private static final double DEFAULT_ETA = 0.3;

    static Schedule schedule(SchedulerConfig config, NoiseTable table, ScheduleRequest request) {
        double[] timesteps = timesteps(config, table, request);
        double eta = request.eta() == null ? DEFAULT_ETA : request.eta();
        Solver solver = new Tcd(table, WholeTimesteps.of(timesteps, table), config.prediction(), eta);
        return Schedule.of(timesteps, new double[0], solver);
    }

    /** Of the configuration's timesteps of distillation; a caller's number of them, as in diffusers, frees all. */
    private static double[] timesteps(SchedulerConfig config, NoiseTable table, ScheduleRequest request) {
        if (!request.timesteps().isEmpty()) {
            return WholeTimesteps.requested(request);
        }
        int original = request.originalSteps() == null ? config.integer("original_inference_steps") : table.size();
        return DistilledTimesteps.of(request.steps(), original, request.strength(), table.size());
    }

    @Override
    public Step step(int index, Tensor sample, Tensor modelOutput, History history, Noise noise) {
        boolean last = index == timesteps.length - 1;
        int next = last ? 0 : timesteps[index + 1];
        double here = table.alphaBar(timesteps[index]);
        double there = table.alphaBar(next);
        double below = table.alphaBar((int) Math.floor((float) (1 - eta) * (float) next));
        double alpha = Math.sqrt(here);
        double sigma = Math.sqrt(1 - here);
        Tensor denoised = prediction.denoised(sample, modelOutput, alpha, sigma);
        Tensor epsilon = prediction.noise(sample, modelOutput, denoised, alpha, sigma);
        Tensor noised = Blend.of(Math.sqrt(below), denoised, Math.sqrt(1 - below), epsilon);
        if (!last && eta > 0) {
            double share = there / below;
            noised = Blend.of(Math.sqrt(share), noised, Math.sqrt(1 - share), noise.next(sample.shape()));
        }
        return new Step(noised, denoised, history.next());
    }

    @Override
    public Tensor addNoise(Tensor original, Tensor noise, int index) {
        return table.addNoise(original, noise, timesteps[index]);
    }
}
