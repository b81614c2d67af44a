package dev.reverie.diffusion.schedule;

import dev.reverie.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * UniPC: Zhao et al. 2023, A Unified Predictor-Corrector Framework, algorithms 1 and 2; diffusers,
 * schedulers/scheduling_unipc_multistep.py. What the model says at a predicted sample first corrects that sample, at
 * no further call, and then predicts the next.
 *
 * @param ofNoise whether outputs are noise rather than clean samples
 * @param uncorrected steps after which no correction follows
 */
record UniPc(
        Level[] levels,
        Prediction prediction,
        Clipping clipping,
        boolean ofNoise,
        boolean bh1,
        int most,
        boolean lowersAtEnd,
        Set<Integer> uncorrected)
        implements Solver {

    static Schedule schedule(SchedulerConfig config, NoiseTable table, ScheduleRequest request) {
        Grid grid = Grid.logSnr(config, table, request);
        boolean ofNoise = !config.flag("predict_x0");
        Clipping clipping = Clipping.of(config).withoutRange();
        Solver solver = new UniPc(
                Level.of(grid.sigmas(), config.flag("use_flow_sigmas")),
                config.prediction(),
                ofNoise ? clipping.withoutThresholding() : clipping, // as the reference has it
                ofNoise,
                config.word("solver_type").equals("bh1"),
                config.integer("solver_order"),
                config.flag("lower_order_final"),
                config.numbers("disable_corrector").stream()
                        .map(Double::intValue)
                        .collect(Collectors.toSet()));
        return Schedule.of(grid.timesteps(), grid.sigmas(), solver);
    }

    @Override
    public Step step(int index, Tensor sample, Tensor modelOutput, History history, Noise noise) {
        Tensor denoised = levels[index].denoised(prediction, clipping, sample, modelOutput);
        Tensor output = ofNoise ? levels[index].noise(prediction, clipping, sample, modelOutput, denoised) : denoised;
        boolean corrects = index > 0 && !history.outputs().isEmpty() && !uncorrected.contains(index - 1);
        Tensor corrected = corrects ? correct(index, output, history) : sample;
        List<Tensor> outputs = history.with(output, most);
        Tensor next = move(index, order(index, history.calls()), corrected, outputs, List.of());
        return new Step(next, denoised, history.next(outputs, corrected));
    }

    /** The sample of this step again from the one before, now that the output at its end is known. */
    private Tensor correct(int index, Tensor output, History history) {
        int order = order(index - 1, history.calls() - 1);
        return move(index - 1, order, history.start(), history.outputs(), List.of(output));
    }

    /** The order of step {@code index} when {@code calls} steps are behind it. */
    private int order(int index, int calls) {
        int steps = levels.length - 1;
        boolean toZero = levels[index + 1].sigma() == 0; // where only order 1 has a limit
        int order = toZero ? 1 : lowersAtEnd ? Math.min(most, steps - index) : most;
        return Math.min(order, calls + 1);
    }

    /** From level {@code index} to the next; {@code end} holds the output there, if it is known. */
    private Tensor move(int index, int order, Tensor from, List<Tensor> outputs, List<Tensor> end) {
        Level s = levels[index];
        Level t = levels[index + 1];
        UniPcWeights weights = UniPcWeights.of(levels, index, order, ofNoise, bh1);
        double scale = ofNoise ? -t.sigma() : -t.alpha();
        Tensor newest = outputs.getLast();
        List<Tensor> tensors = new ArrayList<>(List.of(from, newest));
        double[] blend = new double[order + 2];
        blend[0] = ofNoise ? t.alpha() / s.alpha() : t.sigma() / s.sigma();
        blend[1] = scale * weights.phi();
        double[] rho = end.isEmpty() ? weights.predictor() : weights.corrector();
        for (int k = 0; k < rho.length; k++) {
            boolean atEnd = k == order - 1;
            double w = scale * weights.b() * rho[k] / (atEnd ? 1 : weights.ratios()[k]);
            blend[1] -= w;
            blend[tensors.size()] = w;
            tensors.add(atEnd ? end.getFirst() : outputs.get(outputs.size() - 2 - k));
        }
        return Blend.of(Arrays.copyOf(blend, tensors.size()), tensors);
    }

    @Override
    public Tensor addNoise(Tensor original, Tensor noise, int index) {
        return levels[index].addNoise(original, noise);
    }
}
