package dev.reverie.diffusion.schedule;

import dev.reverie.tensor.Tensor;
import java.util.List;

/**
 * DEIS: Zhang and Chen 2023, Fast Sampling of Diffusion Models with Exponential Integrator; the noise is extrapolated
 * by a polynomial in log(rho), rho = sigma / alpha, and integrated over rho. diffusers,
 * schedulers/scheduling_deis_multistep.py.
 */
record Deis(Level[] levels, Prediction prediction, Clipping clipping, Orders orders) implements Solver {

    static Schedule schedule(SchedulerConfig config, NoiseTable table, ScheduleRequest request) {
        Grid grid = Grid.logSnr(config, table, request);
        Solver solver = new Deis(
                Level.of(grid.sigmas(), config.flag("use_flow_sigmas")),
                config.prediction(),
                Clipping.of(config).withoutRange(),
                Orders.of(config, grid));
        return Schedule.of(grid.timesteps(), grid.sigmas(), solver);
    }

    @Override
    public Step step(int index, Tensor sample, Tensor modelOutput, History history, Noise noise) {
        Tensor denoised = levels[index].denoised(prediction, clipping, sample, modelOutput);
        List<Tensor> outputs = history.with(levels[index].noiseIn(sample, denoised), orders.most());
        int order = orders.at(index, outputs.size());
        if (order == 1) { // as DPM-Solver of order 1
            Tensor next = new DpmUpdate("dpmsolver", levels[index], levels[index + 1])
                    .apply(sample, outputs.getLast(), noise);
            return new Step(next, denoised, history.next(outputs, null));
        }
        Tensor next = Blend.divided(sample, levels[index].alpha());
        for (int back = 0; back < order; back++) {
            Tensor output = outputs.get(outputs.size() - 1 - back);
            next = Blend.of(1, next, weight(index, back, order), output);
        }
        next = Blend.scaled(levels[index + 1].alpha(), next);
        return new Step(next, denoised, history.next(outputs, null));
    }

    /** The integral over the step of the Lagrange polynomial in log(rho) of an earlier output. */
    private double weight(int index, int back, int order) {
        double from = rho(index);
        double to = rho(index + 1);
        double own = -levels[index - back].lambda();
        double other = -levels[index - (back + 1) % order].lambda();
        if (order == 2) {
            return (linear(to, other) - linear(from, other)) / (own - other);
        }
        double third = -levels[index - (back + 2) % order].lambda();
        return (quadratic(to, other, third) - quadratic(from, other, third)) / ((own - other) * (own - third));
    }

    private double rho(int index) {
        return levels[index].sigma() / levels[index].alpha();
    }

    /** The integral of log(rho) - a. */
    private static double linear(double rho, double a) {
        return rho == 0 ? 0 : rho * (StrictMath.log(rho) - 1 - a);
    }

    /** The integral of (log(rho) - a) (log(rho) - b). */
    private static double quadratic(double rho, double a, double b) {
        if (rho == 0) {
            return 0;
        }
        double log = StrictMath.log(rho);
        return rho * (log * log - 2 * log + 2 - (a + b) * (log - 1) + a * b);
    }

    @Override
    public Tensor addNoise(Tensor original, Tensor noise, int index) {
        return levels[index].addNoise(original, noise);
    }
}
