package dev.reverie.diffusion.schedule;

import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;

/**
 * DDPM: Ho et al. 2020, Denoising Diffusion Probabilistic Models, equation 7; learned variances are those of Nichol
 * and Dhariwal 2021, equation 15; diffusers, schedulers/scheduling_ddpm.py.
 */
record Ddpm(NoiseTable table, int[] timesteps, Prediction prediction, Clipping clipping, String variance)
        implements Solver {
    private static final double LEAST_VARIANCE = 1e-20;

    static Schedule schedule(SchedulerConfig config, NoiseTable table, ScheduleRequest request) {
        double[] timesteps = request.timesteps().isEmpty()
                ? TimestepSpacing.of(config).whole(request.steps(), table.size(), config.integer("steps_offset"))
                : WholeTimesteps.requested(request);
        Solver solver = new Ddpm(
                table,
                WholeTimesteps.of(timesteps, table),
                config.prediction(),
                Clipping.of(config),
                config.word("variance_type"));
        return Schedule.of(timesteps, new double[0], solver);
    }

    @Override
    public Step step(int index, Tensor sample, Tensor modelOutput, History history, Noise noise) {
        double here = table.alphaBar(timesteps[index]);
        double there = index + 1 < timesteps.length ? table.alphaBar(timesteps[index + 1]) : 1;
        double beta = 1 - here / there;
        Tensor mean = LearnedVariance.mean(modelOutput, sample);
        Tensor denoised = clipping.apply(prediction.denoised(sample, mean, Math.sqrt(here), Math.sqrt(1 - here)));
        double ofDenoised = Math.sqrt(there) * beta / (1 - here);
        double ofSample = Math.sqrt(here / there) * (1 - there) / (1 - here);
        Tensor next = Blend.of(ofDenoised, denoised, ofSample, sample);
        if (timesteps[index] > 0) {
            double least = Math.max((1 - there) / (1 - here) * beta, LEAST_VARIANCE);
            next = Blend.of(1, next, 1, spread(noise.next(sample.shape()), modelOutput, least, beta));
        }
        return new Step(next, denoised, history.next());
    }

    /** The noise times its deviation; {@code least} and {@code most} bound the variance. */
    private Tensor spread(Tensor noise, Tensor modelOutput, double least, double most) {
        return switch (variance) {
            case "fixed_large" -> Blend.scaled(Math.sqrt(most), noise);
            // the reference takes the root of a logarithm here, which is no number; this is what was meant
            case "fixed_large_log" -> Blend.scaled(Math.sqrt(most), noise);
            case "learned", "learned_range" -> learned(noise, LearnedVariance.of(modelOutput, noise), least, most);
            default -> Blend.scaled(Math.sqrt(least), noise);
        };
    }

    private Tensor learned(Tensor noise, Tensor predicted, double least, double most) {
        Shape shape = noise.shape();
        double low = StrictMath.log(least);
        double high = StrictMath.log(most);
        float[] scaled = new float[shape.elementCount()];
        for (int i = 0; i < scaled.length; i++) {
            double share = (predicted.get(i) + 1) / 2;
            double deviation = variance.equals("learned")
                    ? Math.sqrt(predicted.get(i))
                    : StrictMath.exp(0.5 * (share * high + (1 - share) * low));
            scaled[i] = (float) (deviation * noise.get(i));
        }
        return Tensor.of(shape, scaled);
    }

    @Override
    public Tensor addNoise(Tensor original, Tensor noise, int index) {
        return table.addNoise(original, noise, timesteps[index]);
    }
}
