package dev.reverie.diffusion.schedule;

import dev.reverie.tensor.Tensor;
import java.util.Arrays;

/**
 * Euler's method: Karras et al. 2022, algorithm 2 without its correction; diffusers,
 * schedulers/scheduling_euler_discrete.py.
 */
record Euler(double[] sigmas, Prediction prediction, Churn churn) implements SigmaSolver {

    static Schedule schedule(SchedulerConfig config, NoiseTable table, ScheduleRequest request) {
        Grid grid = Grid.varianceExploding(config, table, request);
        double[] sigmas = grid.sigmas();
        boolean continuous =
                config.word("timestep_type").equals("continuous") && config.prediction() == Prediction.V_PREDICTION;
        double[] timesteps = continuous ? logarithms(sigmas, grid.steps()) : grid.timesteps();
        return Schedule.of(timesteps, sigmas, new Euler(sigmas, config.prediction(), request.churn()))
                .withInitNoiseSigma(SigmaSpace.initNoiseSigma(config, sigmas[0]));
    }

    /** What models of continuous time are told: log(sigma) / 4. */
    private static double[] logarithms(double[] sigmas, int steps) {
        return Arrays.stream(sigmas, 0, steps)
                .map(s -> 0.25 * StrictMath.log(s))
                .toArray();
    }

    @Override
    public Step step(int index, Tensor sample, Tensor modelOutput, History history, Noise noise) {
        double sigma = sigmas[index];
        double gamma = churn.gamma(sigma, sigmas.length - 1);
        double raised = sigma * (gamma + 1);
        Tensor x = sample;
        if (gamma > 0) {
            double added = churn.noiseScale() * Math.sqrt(raised * raised - sigma * sigma);
            x = Blend.of(1, sample, added, noise.next(sample.shape()));
        }
        boolean epsilon = prediction == Prediction.EPSILON;
        Tensor denoised = prediction.denoised(x, modelOutput, epsilon ? raised : sigma);
        Tensor derivative = SigmaSpace.derivative(x, denoised, raised);
        return new Step(Blend.of(1, x, sigmas[index + 1] - raised, derivative), denoised, history.next());
    }
}
