package dev.reverie.diffusion.schedule;

import dev.reverie.tensor.Tensor;

/**
 * DDIM: Song et al. 2021, Denoising Diffusion Implicit Models, equation 12; diffusers,
 * schedulers/scheduling_ddim.py. Takes the noise out of the sample and puts less of the same noise back; {@code eta}
 * replaces a part of it by new noise.
 */
record Ddim(NoiseTable table, int[] timesteps, int stride, Prediction prediction, Clipping clipping, double eta)
        implements Solver {

    static Schedule schedule(SchedulerConfig config, NoiseTable table, ScheduleRequest request) {
        double[] timesteps =
                TimestepSpacing.of(config).whole(request.steps(), table.size(), config.integer("steps_offset"));
        int stride = table.size() / request.steps();
        double eta = request.eta() == null ? 0 : request.eta();
        Solver solver = new Ddim(
                table, WholeTimesteps.of(timesteps, table), stride, config.prediction(), Clipping.of(config), eta);
        return Schedule.of(timesteps, new double[0], solver);
    }

    @Override
    public Step step(int index, Tensor sample, Tensor modelOutput, History history, Noise noise) {
        float here = table.alphaBar(timesteps[index]);
        float there = table.alphaBar(timesteps[index] - stride);
        double alpha = Math.sqrt(here);
        double sigma = Math.sqrt(1 - here);
        Tensor predicted = prediction.denoised(sample, modelOutput, alpha, sigma);
        Tensor epsilon = prediction.noise(sample, modelOutput, predicted, alpha, sigma);
        Tensor denoised = clipping.apply(predicted);
        float fresh = (float) eta * (float) Math.sqrt((1 - there) / (1 - here) * (1 - here / there));
        double kept = Math.sqrt(Math.max(0, 1 - there - fresh * fresh));
        Tensor next = eta > 0
                ? Blend.of(Math.sqrt(there), denoised, kept, epsilon, fresh, noise.next(sample.shape()))
                : Blend.of(Math.sqrt(there), denoised, kept, epsilon);
        return new Step(next, denoised, history.next());
    }

    @Override
    public Tensor addNoise(Tensor original, Tensor noise, int index) {
        return table.addNoise(original, noise, timesteps[index]);
    }
}
