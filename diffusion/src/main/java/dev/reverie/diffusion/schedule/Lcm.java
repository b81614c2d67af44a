package dev.reverie.diffusion.schedule;

import dev.reverie.tensor.Tensor;

/**
 * Sampling of latent consistency models: Luo et al. 2023; diffusers, schedulers/scheduling_lcm.py. Every call leads
 * to a clean sample at once, and noise of the next timestep is added to it.
 */
record Lcm(NoiseTable table, int[] timesteps, Prediction prediction, Clipping clipping, double timestepScaling)
        implements Solver {
    private static final double SIGMA_DATA = 0.5;

    static Schedule schedule(SchedulerConfig config, NoiseTable table, ScheduleRequest request) {
        double[] timesteps = timesteps(config, table, request);
        Solver solver = new Lcm(
                table,
                WholeTimesteps.of(timesteps, table),
                config.prediction(),
                Clipping.of(config),
                config.number("timestep_scaling"));
        return Schedule.of(timesteps, new double[0], solver);
    }

    /** Every so many of the timesteps that the model was distilled with, the noisiest first. */
    private static double[] timesteps(SchedulerConfig config, NoiseTable table, ScheduleRequest request) {
        if (!request.timesteps().isEmpty()) {
            return WholeTimesteps.requested(request);
        }
        Integer asked = request.originalSteps();
        int original = asked == null ? config.integer("original_inference_steps") : asked;
        return DistilledTimesteps.of(request.steps(), original, request.strength(), table.size());
    }

    @Override
    public Step step(int index, Tensor sample, Tensor modelOutput, History history, Noise noise) {
        double here = table.alphaBar(timesteps[index]);
        Tensor x0 = clipping.apply(prediction.denoised(sample, modelOutput, Math.sqrt(here), Math.sqrt(1 - here)));
        double time = timesteps[index] * timestepScaling;
        double norm = time * time + SIGMA_DATA * SIGMA_DATA;
        Tensor denoised = Blend.of(time / Math.sqrt(norm), x0, SIGMA_DATA * SIGMA_DATA / norm, sample);
        if (index == timesteps.length - 1) {
            return new Step(denoised, denoised, history.next());
        }
        Tensor next = table.addNoise(denoised, noise.next(sample.shape()), timesteps[index + 1]);
        return new Step(next, denoised, history.next());
    }

    @Override
    public Tensor addNoise(Tensor original, Tensor noise, int index) {
        return table.addNoise(original, noise, timesteps[index]);
    }
}
