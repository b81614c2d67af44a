package dev.reverie.diffusion.schedule;

/**
 * A method of sampling for one model: makes the {@link Schedule} of a run. Immutable, for any thread.
 *
 * <p>Methods and options are those of diffusers, schedulers/.
 */
public final class Scheduler {
    private final SchedulerConfig config;
    private final NoiseTable table;

    private Scheduler(SchedulerConfig config) {
        this.config = config;
        this.table = NoiseTable.of(config);
    }

    public static Scheduler of(SchedulerConfig config) {
        return new Scheduler(config);
    }

    public SchedulerConfig config() {
        return config;
    }

    /** The method's own {@code steps} steps. */
    public Schedule schedule(int steps) {
        return schedule(ScheduleRequest.of(steps));
    }

    /** Refuses more steps than timesteps of training, and lists that the method cannot follow. */
    public Schedule schedule(ScheduleRequest request) {
        int train = config.trainTimesteps();
        if (request.steps() > train) {
            throw new IllegalArgumentException(
                    "%,d steps are more than the %,d timesteps of training".formatted(request.steps(), train));
        }
        requireListIsFollowed(request);
        return switch (config.type()) {
            case DDIM -> Ddim.schedule(config, table, request);
            case DDPM -> Ddpm.schedule(config, table, request);
            case PNDM -> Pndm.schedule(config, table, request);
            case LMS -> Lms.schedule(config, table, request);
            case EULER -> Euler.schedule(config, table, request);
            case EULER_ANCESTRAL -> EulerAncestral.schedule(config, table, request);
            case HEUN -> Heun.schedule(config, table, request);
            case DPM2 -> Dpm2.schedule(config, table, request);
            case DPM2_ANCESTRAL -> Dpm2Ancestral.schedule(config, table, request);
            case DPM_MULTISTEP -> DpmMultistep.schedule(config, table, request);
            case DPM_SINGLESTEP -> DpmSinglestep.schedule(config, table, request);
            case UNIPC -> UniPc.schedule(config, table, request);
            case DEIS -> Deis.schedule(config, table, request);
            case LCM -> Lcm.schedule(config, table, request);
            case TCD -> Tcd.schedule(config, table, request);
            case FLOW_EULER -> FlowEuler.schedule(config, request);
            case FLOW_HEUN -> FlowHeun.schedule(config, request);
        };
    }

    /**
     * A request for {@code steps} steps at given levels.
     *
     * @param aligned the list that Align Your Steps has for the model; refused where the model's noise begins elsewhere
     */
    public ScheduleRequest request(NoiseLevels levels, int steps, AlignYourSteps aligned) {
        return switch (levels) {
            case NoiseLevels.Sigmas sigmas -> ScheduleRequest.ofSigmas(ScheduleRequest.values(sigmas.values()));
            case NoiseLevels.Timesteps timesteps ->
                ScheduleRequest.ofTimesteps(ScheduleRequest.values(timesteps.values()));
            case NoiseLevels.Spacing spacing ->
                spacing == NoiseLevels.Spacing.AYS
                        ? ScheduleRequest.ofSigmas(alignedSigmas(aligned, steps))
                        : ScheduleRequest.of(steps);
        };
    }

    private double[] alignedSigmas(AlignYourSteps aligned, int steps) {
        double[] sigmas = aligned.sigmas(steps);
        double own = table.greatestSigma();
        if (Math.abs(own - sigmas[0]) > 0.01 * sigmas[0]) {
            throw new IllegalArgumentException(
                    "ays begins at sigma %.3f, and the noise of this model at %.3f".formatted(sigmas[0], own));
        }
        return sigmas;
    }

    private void requireListIsFollowed(ScheduleRequest request) {
        boolean counts = config.type().family() == SchedulerType.Family.VARIANCE_PRESERVING;
        if (counts && !request.sigmas().isEmpty()) {
            throw new IllegalArgumentException("%s counts in timesteps and cannot follow a list of sigmas"
                    .formatted(config.type().className()));
        }
        boolean strides = config.type() == SchedulerType.DDIM || config.type() == SchedulerType.PNDM;
        if (strides && !request.timesteps().isEmpty()) {
            throw new IllegalArgumentException("%s takes even strides and cannot follow a list of timesteps"
                    .formatted(config.type().className()));
        }
        boolean flow = config.type().family() == SchedulerType.Family.FLOW || config.flag("use_flow_sigmas");
        double most = flow ? config.trainTimesteps() : config.trainTimesteps() - 1;
        if (!request.timesteps().isEmpty() && request.timesteps().getFirst() > most) {
            throw new IllegalArgumentException("timestep %s is beyond the last of training, %s"
                    .formatted(request.timesteps().getFirst(), most));
        }
        if (flow && !request.sigmas().isEmpty() && request.sigmas().getFirst() > 1) {
            throw new IllegalArgumentException("sigma %s: noise of a flow model is at most 1"
                    .formatted(request.sigmas().getFirst()));
        }
    }
}
