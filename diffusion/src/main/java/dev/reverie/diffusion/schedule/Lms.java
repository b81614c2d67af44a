package dev.reverie.diffusion.schedule;

import dev.reverie.tensor.Tensor;
import java.util.List;
import org.apache.commons.math3.analysis.integration.gauss.GaussIntegrator;
import org.apache.commons.math3.analysis.integration.gauss.GaussIntegratorFactory;

/**
 * Linear multistep method (Adams and Bashforth) of order 4 in sigma: k-diffusion, {@code sample_lms}; diffusers,
 * schedulers/scheduling_lms_discrete.py. The weight of an earlier derivative is the integral over the step of its
 * Lagrange polynomial.
 */
record Lms(double[] sigmas, Prediction prediction) implements SigmaSolver {
    private static final int ORDER = 4;

    static Schedule schedule(SchedulerConfig config, NoiseTable table, ScheduleRequest request) {
        Grid grid = Grid.varianceExploding(config, table, request);
        return Schedule.of(grid.timesteps(), grid.sigmas(), new Lms(grid.sigmas(), config.prediction()))
                .withInitNoiseSigma(SigmaSpace.initNoiseSigma(config, grid.sigmas()[0]));
    }

    @Override
    public Step step(int index, Tensor sample, Tensor modelOutput, History history, Noise noise) {
        Tensor denoised = prediction.denoised(sample, modelOutput, sigmas[index]);
        List<Tensor> derivatives = history.with(SigmaSpace.derivative(sample, denoised, sigmas[index]), ORDER);
        int order = Math.min(index + 1, ORDER);
        Tensor next = sample;
        for (int back = 0; back < Math.min(order, derivatives.size()); back++) {
            Tensor derivative = derivatives.get(derivatives.size() - 1 - back);
            next = Blend.of(1, next, weight(index, back, order), derivative);
        }
        return new Step(next, denoised, history.next(derivatives, null));
    }

    private double weight(int index, int back, int order) {
        // two points are exact up to degree 3
        GaussIntegrator integrator = new GaussIntegratorFactory().legendre(2, sigmas[index + 1], sigmas[index]);
        return -integrator.integrate(sigma -> lagrange(sigma, index, back, order));
    }

    private double lagrange(double sigma, int index, int back, int order) {
        double product = 1;
        for (int k = 0; k < order; k++) {
            if (k != back) {
                product *= (sigma - sigmas[index - k]) / (sigmas[index - back] - sigmas[index - k]);
            }
        }
        return product;
    }
}
