package dev.reverie.diffusion.schedule;

import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The timesteps and noise levels that a run visits, one of each a step.
 *
 * @param timesteps what the model is told
 * @param sigmas noise levels, one more than steps: the last is where the run ends. Rounded to float32
 */
record Grid(double[] timesteps, double[] sigmas) {

    /** {@code levels} and then {@code last}. */
    static Grid of(double[] timesteps, double[] levels, double last) {
        double[] sigmas = Arrays.copyOf(levels, levels.length + 1);
        sigmas[levels.length] = last;
        Arrays.setAll(sigmas, i -> (float) sigmas[i]);
        return new Grid(timesteps, sigmas);
    }

    int steps() {
        return timesteps.length;
    }

    /** Levels of the methods of Karras et al. 2022: diffusers, schedulers/scheduling_euler_discrete.py. */
    static Grid varianceExploding(SchedulerConfig config, NoiseTable table, ScheduleRequest request) {
        requireNoListBeside(config, request);
        int steps = request.steps();
        if (!request.sigmas().isEmpty()) {
            return ofSigmas(table, ScheduleRequest.values(request.sigmas()));
        }
        double[] timesteps = request.timesteps().isEmpty()
                ? TimestepSpacing.of(config).fractional(steps, table.size(), config.integer("steps_offset"))
                : ScheduleRequest.values(request.timesteps());
        boolean logLinear = config.type() == SchedulerType.EULER
                && config.word("interpolation_type").equals("log_linear");
        double[] sigmas = logLinear ? table.logLinear(steps + 1) : at(table, timesteps);
        SigmaSpacing spacing = SigmaSpacing.of(config);
        if (spacing != SigmaSpacing.TIMESTEPS) {
            sigmas = spread(spacing, config, sigmas[0], sigmas[sigmas.length - 1], steps);
            timesteps = timestepsOf(table, sigmas);
        }
        return of(timesteps, sigmas, last(config, table));
    }

    private static double last(SchedulerConfig config, NoiseTable table) {
        boolean toLeast = config.type() == SchedulerType.EULER
                && config.word("final_sigmas_type").equals("sigma_min");
        return toLeast ? table.leastSigma() : 0;
    }

    /** Levels of the solvers in log(alpha / sigma): diffusers, schedulers/scheduling_dpmsolver_multistep.py. */
    static Grid logSnr(SchedulerConfig config, NoiseTable table, ScheduleRequest request) {
        requireNoListBeside(config, request);
        Grid grid = unchecked(config, table, request);
        for (int i = 1; i < grid.steps(); i++) {
            if (!(grid.sigmas()[i] < grid.sigmas()[i - 1])) {
                throw new IllegalArgumentException(
                        "%d steps visit noise level %s twice; take fewer".formatted(grid.steps(), grid.sigmas()[i]));
            }
        }
        return grid;
    }

    private static Grid unchecked(SchedulerConfig config, NoiseTable table, ScheduleRequest request) {
        if (config.flag("use_flow_sigmas")) {
            return SolverFlowGrid.of(config, table, request);
        }
        if (!request.sigmas().isEmpty()) {
            Grid grid = ofSigmas(table, ScheduleRequest.values(request.sigmas()));
            return of(rounded(grid.timesteps()), ScheduleRequest.values(request.sigmas()), 0);
        }
        SigmaSpacing spacing = SigmaSpacing.of(config);
        if (spacing == SigmaSpacing.TIMESTEPS) {
            double[] timesteps = truncated(
                    request.timesteps().isEmpty()
                            ? spaced(config, table, request.steps())
                            : ScheduleRequest.values(request.timesteps()));
            return of(timesteps, at(table, timesteps), lastOfSolver(config, table.leastSigma()));
        }
        double[] sigmas = spread(spacing, config, table.greatestSigma(), table.leastSigma(), request.steps());
        double[] timesteps = timestepsOf(table, sigmas);
        boolean rounds = (spacing == SigmaSpacing.KARRAS || spacing == SigmaSpacing.LU)
                && !(config.type() == SchedulerType.DPM_MULTISTEP
                        && config.word("beta_schedule").equals("squaredcos_cap_v2"));
        // DEIS and UniPC end at the last level of their own, which sigma_min of the configuration may have moved
        boolean own = config.type() == SchedulerType.DEIS || config.type() == SchedulerType.UNIPC;
        double least = own ? sigmas[sigmas.length - 1] : table.leastSigma();
        return of(truncated(rounds ? rounded(timesteps) : timesteps), sigmas, lastOfSolver(config, least));
    }

    private static double lastOfSolver(SchedulerConfig config, double least) {
        boolean toZero = config.type() != SchedulerType.DEIS
                && config.word("final_sigmas_type").equals("zero");
        return toZero ? 0 : least;
    }

    private static double[] spaced(SchedulerConfig config, NoiseTable table, int steps) {
        boolean clips = config.type() == SchedulerType.DPM_MULTISTEP || config.type() == SchedulerType.DPM_SINGLESTEP;
        int last = table.size() - (clips ? table.countBelowLogSnr(config.number("lambda_min_clipped")) : 0);
        if (last < 1) {
            throw new IllegalArgumentException(
                    "lambda_min_clipped %s leaves no timestep".formatted(config.number("lambda_min_clipped")));
        }
        TimestepSpacing spacing =
                config.type() == SchedulerType.DPM_SINGLESTEP ? TimestepSpacing.LINSPACE : TimestepSpacing.of(config);
        return spacing.withoutEnd(steps, last, table.size(), config.integer("steps_offset"));
    }

    private static Grid ofSigmas(NoiseTable table, double[] sigmas) {
        return of(timestepsOf(table, sigmas), sigmas, 0);
    }

    private static double[] spread(
            SigmaSpacing spacing, SchedulerConfig config, double greatest, double least, int steps) {
        return spacing.spread(
                or(config.numberIfStated("sigma_max"), greatest), or(config.numberIfStated("sigma_min"), least), steps);
    }

    private static double or(@Nullable Double stated, double absent) {
        return stated == null ? absent : stated;
    }

    /** A list of the caller's own and another spacing exclude each other. */
    private static void requireNoListBeside(SchedulerConfig config, ScheduleRequest request) {
        if (!request.timesteps().isEmpty() && SigmaSpacing.of(config) != SigmaSpacing.TIMESTEPS) {
            throw new IllegalArgumentException("a list of timesteps does not go with %s spacing of sigmas"
                    .formatted(SigmaSpacing.of(config).name().toLowerCase(Locale.ROOT)));
        }
    }

    private static double[] at(NoiseTable table, double[] timesteps) {
        return Arrays.stream(timesteps).map(table::sigmaAt).toArray();
    }

    private static double[] timestepsOf(NoiseTable table, double[] sigmas) {
        return Arrays.stream(sigmas).map(table::timestepOf).toArray();
    }

    static double[] rounded(double[] timesteps) {
        return Arrays.stream(timesteps).map(Math::rint).toArray();
    }

    static double[] truncated(double[] timesteps) {
        return Arrays.stream(timesteps).map(t -> (double) (long) t).toArray();
    }
}
