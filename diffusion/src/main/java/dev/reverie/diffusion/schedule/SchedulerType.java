package dev.reverie.diffusion.schedule;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The methods of sampling, by the class names that {@code scheduler_config.json} calls them. */
public enum SchedulerType {
    DDIM("DDIMScheduler", Family.VARIANCE_PRESERVING),
    DDPM("DDPMScheduler", Family.VARIANCE_PRESERVING),
    PNDM("PNDMScheduler", Family.VARIANCE_PRESERVING),
    LMS("LMSDiscreteScheduler", Family.VARIANCE_EXPLODING),
    EULER("EulerDiscreteScheduler", Family.VARIANCE_EXPLODING),
    EULER_ANCESTRAL("EulerAncestralDiscreteScheduler", Family.VARIANCE_EXPLODING),
    HEUN("HeunDiscreteScheduler", Family.VARIANCE_EXPLODING),
    DPM2("KDPM2DiscreteScheduler", Family.VARIANCE_EXPLODING),
    DPM2_ANCESTRAL("KDPM2AncestralDiscreteScheduler", Family.VARIANCE_EXPLODING),
    DPM_MULTISTEP("DPMSolverMultistepScheduler", Family.LOG_SNR),
    DPM_SINGLESTEP("DPMSolverSinglestepScheduler", Family.LOG_SNR),
    UNIPC("UniPCMultistepScheduler", Family.LOG_SNR),
    DEIS("DEISMultistepScheduler", Family.LOG_SNR),
    LCM("LCMScheduler", Family.VARIANCE_PRESERVING),
    TCD("TCDScheduler", Family.VARIANCE_PRESERVING),
    FLOW_EULER("FlowMatchEulerDiscreteScheduler", Family.FLOW),
    FLOW_HEUN("FlowMatchHeunDiscreteScheduler", Family.FLOW);

    /** How a method writes a noisy sample. */
    enum Family {
        /** sqrt(alphaBar) x0 + sqrt(1 - alphaBar) noise, at whole timesteps of training. */
        VARIANCE_PRESERVING,
        /** x0 + sigma noise, sigma between those of training. */
        VARIANCE_EXPLODING,
        /** alpha x0 + sigma noise; the method works in log(alpha / sigma). */
        LOG_SNR,
        /** (1 - sigma) x0 + sigma noise. */
        FLOW
    }

    private final String className;
    private final Family family;

    SchedulerType(String className, Family family) {
        this.className = className;
        this.family = family;
    }

    /** What options are where the configuration leaves them out, if other than for most methods. */
    private Map<String, Object> defaults() {
        return switch (this) {
            case DDIM, DDPM -> Map.of("timestep_spacing", "leading", "clip_sample", true);
            case PNDM -> Map.of("timestep_spacing", "leading", "set_alpha_to_one", false);
            case HEUN, DPM2, DPM2_ANCESTRAL -> Map.of("beta_start", 0.00085, "beta_end", 0.012);
            case DPM_SINGLESTEP -> Map.of("lower_order_final", false);
            case UNIPC -> Map.of("solver_type", "bh2");
            case DEIS -> Map.of("algorithm_type", "deis", "solver_type", "logrho");
            case LCM, TCD ->
                Map.of(
                        "beta_start",
                        0.00085,
                        "beta_end",
                        0.012,
                        "beta_schedule",
                        "scaled_linear",
                        "timestep_spacing",
                        "leading");
            default -> Map.of();
        };
    }

    /** For example {@code EulerDiscreteScheduler}. */
    public String className() {
        return className;
    }

    Family family() {
        return family;
    }

    /** What an option is where the configuration leaves it out, if other than for most methods. */
    Optional<Object> defaultOf(String option) {
        return Optional.ofNullable(defaults().get(option));
    }

    /** What the model may predict for this method. */
    Set<Prediction> predictions() {
        return switch (this) {
            case PNDM, EULER_ANCESTRAL, DPM2, DPM2_ANCESTRAL -> Set.of(Prediction.EPSILON, Prediction.V_PREDICTION);
            case DPM_MULTISTEP, DPM_SINGLESTEP, UNIPC, DEIS -> Set.of(Prediction.values());
            case FLOW_EULER, FLOW_HEUN -> Set.of(Prediction.EPSILON, Prediction.FLOW_PREDICTION); // epsilon: not said
            default -> Set.of(Prediction.EPSILON, Prediction.SAMPLE, Prediction.V_PREDICTION);
        };
    }

    /** The method of that class name. */
    public static Optional<SchedulerType> ofClassName(String className) {
        return Arrays.stream(values())
                .filter(type -> type.className.equals(className))
                .findFirst();
    }

    static String known() {
        return Arrays.stream(values()).map(SchedulerType::className).collect(Collectors.joining(", "));
    }
}
