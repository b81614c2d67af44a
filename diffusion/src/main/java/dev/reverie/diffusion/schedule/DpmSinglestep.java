package dev.reverie.diffusion.schedule;

import dev.reverie.tensor.Tensor;
import java.util.List;

/**
 * DPM-Solver and DPM-Solver++ in groups of steps: each of a group's steps sets out from the group's first sample, with
 * one more output than the one before. Lu et al. 2022 (DPM-Solver++), algorithm 1; diffusers,
 * schedulers/scheduling_dpmsolver_singlestep.py. {@code dpm++2s}.
 *
 * @param orders of each step: 1, 2, 1, 2, .. or 1, 2, 3, 1, 2, 3, ..
 */
record DpmSinglestep(
        Level[] levels, Prediction prediction, Clipping clipping, String algorithm, boolean heun, int[] orders)
        implements Solver {

    static Schedule schedule(SchedulerConfig config, NoiseTable table, ScheduleRequest request) {
        Grid grid = Grid.logSnr(config, table, request);
        Solver solver = new DpmSinglestep(
                Level.of(grid.sigmas(), config.flag("use_flow_sigmas")),
                config.prediction(),
                Clipping.of(config).withoutRange(),
                DpmMultistep.algorithm(config),
                config.word("solver_type").equals("heun"),
                orders(config, grid));
        return Schedule.of(grid.timesteps(), grid.sigmas(), solver);
    }

    private static int[] orders(SchedulerConfig config, Grid grid) {
        int steps = grid.steps();
        int order = config.integer("solver_order");
        boolean toZero = grid.sigmas()[steps] == 0;
        boolean lowers = config.flag("lower_order_final") || steps % order != 0 || toZero;
        int[] orders = new int[steps];
        for (int i = 0; i < steps; i++) {
            orders[i] = i % order + 1;
        }
        if (lowers && steps % order == 0) { // a whole last group is cut: .., 1, 2, 1 or .., 1, 1
            orders[steps - 1] = 1;
        }
        if (toZero) {
            orders[steps - 1] = 1;
        }
        return orders;
    }

    @Override
    public Step step(int index, Tensor sample, Tensor modelOutput, History history, Noise noise) {
        Tensor denoised = levels[index].denoised(prediction, clipping, sample, modelOutput);
        Tensor output = DpmUpdate.ofNoise(algorithm)
                ? levels[index].noise(prediction, clipping, sample, modelOutput, denoised)
                : denoised;
        List<Tensor> outputs = history.with(output, 3);
        int order = Math.min(orders[index], outputs.size());
        Tensor start = order == 1 ? sample : history.start();
        DpmUpdate update = new DpmUpdate(algorithm, levels[index + 1 - order], levels[index + 1]);
        Tensor next = switch (order) {
            case 1 -> update.apply(start, output, noise);
            case 2 -> second(update, index, start, outputs, noise);
            default -> third(update, index, start, outputs, noise);
        };
        return new Step(next, denoised, history.next(outputs, start));
    }

    private Tensor second(DpmUpdate update, int index, Tensor start, List<Tensor> outputs, Noise noise) {
        Tensor first = outputs.get(outputs.size() - 2);
        double ratio = lambda(index - 1, index + 1) / lambda(index - 1, index);
        Tensor slope = Blend.of(ratio, outputs.getLast(), -ratio, first);
        double weight = heun ? update.c1() : 0.5 * update.c0();
        return update.apply(start, first, noise, new DpmUpdate.Term(weight, slope));
    }

    private Tensor third(DpmUpdate update, int index, Tensor start, List<Tensor> outputs, Noise noise) {
        Tensor first = outputs.get(outputs.size() - 3);
        double h = lambda(index - 2, index + 1);
        double far = lambda(index - 2, index) / h;
        double near = lambda(index - 2, index - 1) / h;
        Tensor toFar = Blend.of(1 / far, outputs.getLast(), -1 / far, first);
        if (!heun) {
            return update.apply(start, first, noise, new DpmUpdate.Term(update.c1(), toFar));
        }
        Tensor toNear = Blend.of(1 / near, outputs.get(outputs.size() - 2), -1 / near, first);
        double gap = far - near;
        Tensor d1 = Blend.of(far / gap, toNear, -near / gap, toFar);
        Tensor d2 = Blend.of(2 / gap, toFar, -2 / gap, toNear);
        return update.apply(
                start, first, noise, new DpmUpdate.Term(update.c1(), d1), new DpmUpdate.Term(update.c2(), d2));
    }

    /** How far lambda goes from one level to another. */
    private double lambda(int from, int to) {
        return levels[to].lambda() - levels[from].lambda();
    }

    @Override
    public Tensor addNoise(Tensor original, Tensor noise, int index) {
        return levels[index].addNoise(original, noise);
    }
}
