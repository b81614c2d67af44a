package dev.reverie.diffusion.schedule;

import java.util.Arrays;

/** Noise levels of a flow model for solvers in log(alpha / sigma): option {@code use_flow_sigmas}. */
final class SolverFlowGrid {
    /** UniPC steps a hair below pure noise, where log(alpha) is finite. */
    private static final double HAIR = 1e-6;

    private SolverFlowGrid() {}

    static Grid of(SchedulerConfig config, NoiseTable table, ScheduleRequest request) {
        int train = table.size();
        double[] sigmas;
        if (SigmaSpacing.of(config) == SigmaSpacing.KARRAS) {
            sigmas = SigmaSpacing.KARRAS.spread(table.greatestSigma(), table.leastSigma(), request.steps());
            Arrays.setAll(sigmas, i -> sigmas[i] / (sigmas[i] + 1));
        } else {
            sigmas = shifted(config, request, train);
        }
        boolean toZero = config.type() != SchedulerType.DEIS
                && config.word("final_sigmas_type").equals("zero");
        boolean own = config.type() == SchedulerType.DEIS || config.type() == SchedulerType.UNIPC;
        double least = own ? sigmas[sigmas.length - 1] : table.leastSigma();
        double[] timesteps = Arrays.stream(sigmas).map(s -> s * train).toArray();
        return Grid.of(Grid.truncated(timesteps), sigmas, toZero ? 0 : least);
    }

    private static double[] shifted(SchedulerConfig config, ScheduleRequest request, int train) {
        FlowShift shift = FlowShift.of(config, "flow_shift", request.mu());
        if (config.type() == SchedulerType.UNIPC) {
            double[] sigmas = shift.apply(own(request, train));
            if (Math.abs(sigmas[0] - 1) < HAIR) {
                sigmas[0] -= HAIR;
            }
            return sigmas;
        }
        FlowShift plain = FlowShift.fixed(shift.shift());
        if (request.isFree()) {
            return plain.apply(own(request, train));
        }
        double[] levels = TimestepSpacing.linspace(1, 1.0 / train, request.steps() + 1);
        double[] ascending =
                Arrays.stream(levels).map(level -> plain.apply(1 - level)).toArray();
        return Arrays.copyOf(TimestepSpacing.descending(ascending), request.steps());
    }

    /** The caller's levels; without, even ones. */
    private static double[] own(ScheduleRequest request, int train) {
        if (!request.sigmas().isEmpty()) {
            return ScheduleRequest.values(request.sigmas());
        }
        if (!request.timesteps().isEmpty()) {
            return Arrays.stream(ScheduleRequest.values(request.timesteps()))
                    .map(t -> t / train)
                    .toArray();
        }
        double[] levels = TimestepSpacing.linspace(1, 1.0 / train, request.steps() + 1);
        return Arrays.copyOf(levels, request.steps());
    }
}
