package dev.reverie.diffusion.schedule;

import dev.reverie.tensor.Tensor;
import java.util.List;

/**
 * DPM-Solver and DPM-Solver++ with derivatives from earlier steps: Lu et al. 2022 (DPM-Solver++), algorithm 2;
 * diffusers, schedulers/scheduling_dpmsolver_multistep.py. {@code dpm++2m}, {@code dpm++2m-sde}, {@code dpm++3m}.
 *
 * @param heun derivative terms of second order by Heun's rule rather than the midpoint
 */
record DpmMultistep(
        Level[] levels, Prediction prediction, Clipping clipping, String algorithm, boolean heun, Orders orders)
        implements Solver {

    static Schedule schedule(SchedulerConfig config, NoiseTable table, ScheduleRequest request) {
        Grid grid = Grid.logSnr(config, table, request);
        Solver solver = new DpmMultistep(
                Level.of(grid.sigmas(), config.flag("use_flow_sigmas")),
                config.prediction(),
                Clipping.of(config).withoutRange(),
                algorithm(config),
                config.word("solver_type").equals("heun"),
                Orders.of(config, grid));
        return Schedule.of(grid.timesteps(), grid.sigmas(), solver);
    }

    /** What a configuration of DEIS means here. */
    static String algorithm(SchedulerConfig config) {
        String algorithm = config.word("algorithm_type");
        return algorithm.equals("deis") ? "dpmsolver++" : algorithm;
    }

    @Override
    public Step step(int index, Tensor sample, Tensor modelOutput, History history, Noise noise) {
        Tensor denoised = levels[index].denoised(prediction, clipping, sample, modelOutput);
        Tensor output = DpmUpdate.ofNoise(algorithm)
                ? levels[index].noise(prediction, clipping, sample, modelOutput, denoised)
                : denoised;
        List<Tensor> outputs = history.with(output, orders.most());
        DpmUpdate update = new DpmUpdate(algorithm, levels[index], levels[index + 1]);
        Tensor next = switch (orders.at(index, outputs.size())) {
            case 1 -> update.apply(sample, output, noise);
            case 2 -> second(update, index, sample, outputs, noise);
            default -> third(update, index, sample, outputs, noise);
        };
        return new Step(next, denoised, history.next(outputs, null));
    }

    private Tensor second(DpmUpdate update, int index, Tensor sample, List<Tensor> outputs, Noise noise) {
        double weight = heun ? update.c1() : 0.5 * update.c0();
        return update.apply(sample, outputs.getLast(), noise, new DpmUpdate.Term(weight, slope(index, 0, outputs)));
    }

    private Tensor third(DpmUpdate update, int index, Tensor sample, List<Tensor> outputs, Noise noise) {
        double h = width(index);
        double newer = width(index - 1);
        double older = width(index - 2);
        Tensor d10 = slope(index, 0, outputs);
        Tensor d11 = slope(index, 1, outputs);
        double share = newer / (newer + older);
        Tensor d1 = Blend.of(1 + share, d10, -share, d11);
        Tensor d2 = Blend.of(h / (newer + older), d10, -h / (newer + older), d11);
        return update.apply(
                sample,
                outputs.getLast(),
                noise,
                new DpmUpdate.Term(update.c1(), d1),
                new DpmUpdate.Term(update.c2(), d2));
    }

    /** How far lambda goes in a step. */
    private double width(int index) {
        return levels[index + 1].lambda() - levels[index].lambda();
    }

    /** h times the derivative of the output by lambda, over the step {@code back + 1} before this one. */
    private Tensor slope(int index, int back, List<Tensor> outputs) {
        double ratio = width(index) / width(index - 1 - back);
        int newest = outputs.size() - 1 - back;
        return Blend.of(ratio, outputs.get(newest), -ratio, outputs.get(newest - 1));
    }

    @Override
    public Tensor addNoise(Tensor original, Tensor noise, int index) {
        return levels[index].addNoise(original, noise);
    }
}
