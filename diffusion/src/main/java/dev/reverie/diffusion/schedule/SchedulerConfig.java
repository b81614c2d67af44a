package dev.reverie.diffusion.schedule;

import dev.reverie.tensor.io.CheckpointException;
import dev.reverie.tensor.io.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The options of a {@code scheduler_config.json}, checked. Only those are kept that the file states: what it leaves
 * out depends on the method, so another method may be put in its place, as {@code from_config} of diffusers does
 * (configuration_utils.py). Immutable.
 */
public final class SchedulerConfig {
    private static final String[] OF_TRAINING = {
        "num_train_timesteps", "beta_start", "beta_end", "beta_schedule", "rescale_betas_zero_snr", "prediction_type"
    };

    private final SchedulerType type;
    private final Map<String, Object> stated;

    private SchedulerConfig(SchedulerType type, Map<String, Object> stated) {
        this.type = type;
        this.stated = Map.copyOf(stated);
        requireSense();
    }

    /** A method with all of its defaults. */
    public static SchedulerConfig of(SchedulerType type) {
        return new SchedulerConfig(type, Map.of());
    }

    /**
     * Reads {@code scheduler_config.json}. An unknown {@code _class_name}, an option that is unknown to every method,
     * and a value out of range are refused; options of other methods are carried along unused.
     */
    public static SchedulerConfig read(Json json) throws CheckpointException {
        String className = json.getString("_class_name");
        SchedulerType type = SchedulerType.ofClassName(className).orElse(null);
        if (type == null) {
            throw json.get("_class_name").otherThan("a scheduler that is known here: " + SchedulerType.known());
        }
        Map<String, Object> stated = new LinkedHashMap<>();
        for (String key : json.keys()) {
            Json value = json.find(key);
            if (value != null && !key.startsWith("_")) {
                stated.put(key, readOption(key, value));
            }
        }
        try {
            return new SchedulerConfig(type, stated);
        } catch (IllegalArgumentException e) {
            throw json.fault(String.valueOf(e.getMessage()));
        }
    }

    private static Object readOption(String key, Json value) throws CheckpointException {
        SchedulerOption option = SchedulerOption.named(key);
        if (option == null) {
            throw value.fault("is an option that no scheduler here has");
        }
        try {
            return option.checked(option.read(value));
        } catch (IllegalArgumentException e) {
            throw value.otherThan(option.rule());
        }
    }

    public SchedulerType type() {
        return type;
    }

    /** Timesteps of training. */
    public int trainTimesteps() {
        return integer("num_train_timesteps");
    }

    /** Whether a model of the other's was trained with the same noise, and to predict the same of it. */
    public boolean isTrainedAs(SchedulerConfig other) {
        return numbers("trained_betas").equals(other.numbers("trained_betas"))
                && Stream.of(OF_TRAINING).allMatch(name -> value(name).equals(other.value(name)));
    }

    /** These options with one more; {@code value} is a Boolean, Integer, Double, String or List of Double. */
    public SchedulerConfig with(String name, Object value) {
        SchedulerOption option = SchedulerOption.named(name);
        if (option == null) {
            throw new IllegalArgumentException("no scheduler here has an option \"%s\"".formatted(name));
        }
        Map<String, Object> changed = new LinkedHashMap<>(stated);
        changed.put(name, option.checked(value));
        return new SchedulerConfig(type, changed);
    }

    /** The stated options under another method. */
    public SchedulerConfig withType(SchedulerType other) {
        return new SchedulerConfig(other, stated);
    }

    /** The sampler of a name such as {@code dpm++2m-karras} for the same model: {@link Samplers#names()}. */
    public SchedulerConfig withSampler(String name) {
        return Samplers.named(name, this);
    }

    /** What people call the method and its spacing, such as {@code DPM++ 2M Karras}; {@link #withSampler} knows it. */
    public String label() {
        return Samplers.label(this);
    }

    /** The same method with noise levels by a rule; {@code AYS} is a list that any rule gives way to. */
    public SchedulerConfig withSpacing(NoiseLevels.Spacing spacing) {
        return spacing == NoiseLevels.Spacing.AYS ? this : Samplers.spaced(this, spacing);
    }

    /**
     * The shift mu of models whose noise depends on the size of the picture: linear in the number of latent tokens,
     * as {@code calculate_shift} of pipelines/flux/pipeline_flux.py.
     */
    public double mu(int tokens) {
        double fromTokens = integer("base_image_seq_len");
        double toTokens = integer("max_image_seq_len");
        double slope = (number("max_shift") - number("base_shift")) / (toTokens - fromTokens);
        return number("base_shift") + slope * (tokens - fromTokens);
    }

    boolean states(String name) {
        return stated.containsKey(name);
    }

    boolean flag(String name) {
        return (boolean) value(name);
    }

    int integer(String name) {
        return (int) value(name);
    }

    double number(String name) {
        return (double) value(name);
    }

    String word(String name) {
        return (String) value(name);
    }

    /** Empty where the option is left out. */
    @SuppressWarnings("unchecked")
    List<Double> numbers(String name) {
        return (List<Double>) stated.getOrDefault(name, List.of());
    }

    /** An option without a default. */
    @Nullable
    Double numberIfStated(String name) {
        return (Double) stated.get(name);
    }

    Prediction prediction() {
        return Prediction.of(word("prediction_type"));
    }

    Object value(String name) {
        Object value = stated.get(name);
        if (value == null) {
            value = type.defaultOf(name)
                    .orElse(Objects.requireNonNull(SchedulerOption.named(name), name)
                            .absent());
        }
        return Objects.requireNonNull(value, name);
    }

    private void requireSense() {
        require(number("beta_start") <= number("beta_end"), "beta_start must not be greater than beta_end");
        List<Double> betas = numbers("trained_betas");
        require(
                betas.isEmpty()
                        || (betas.size() == trainTimesteps() && betas.stream().allMatch(b -> b <= 1)),
                "trained_betas must be num_train_timesteps numbers from 0 to 1");
        require(integer("steps_offset") < trainTimesteps(), "steps_offset must be less than num_train_timesteps");
        require(
                integer("original_inference_steps") <= trainTimesteps() || type != SchedulerType.LCM,
                "original_inference_steps must not be greater than num_train_timesteps");
        require(
                integer("base_image_seq_len") < integer("max_image_seq_len"),
                "base_image_seq_len must be less than max_image_seq_len");
        requireOneSpacing();
        requireOrder();
        requireFiniteEnd();
        require(
                type.predictions().contains(prediction()),
                "prediction_type %s does not go with %s",
                prediction(),
                type.className());
    }

    private void requireOneSpacing() {
        long chosen = Stream.of("use_karras_sigmas", "use_exponential_sigmas", "use_beta_sigmas", "use_lu_lambdas")
                .filter(this::flag)
                .count();
        require(
                chosen <= 1,
                "only one of use_karras_sigmas, use_exponential_sigmas, use_beta_sigmas and"
                        + " use_lu_lambdas can be true");
        boolean bends = type == SchedulerType.UNIPC && !flag("use_exponential_sigmas") && !flag("use_beta_sigmas");
        require(
                chosen == 0 || !flag("use_flow_sigmas") || type.family() != SchedulerType.Family.LOG_SNR || bends,
                "use_flow_sigmas does not go with another spacing of sigmas in %s",
                type.className());
    }

    private void requireOrder() {
        boolean multistep = type.family() == SchedulerType.Family.LOG_SNR && type != SchedulerType.UNIPC;
        require(!multistep || integer("solver_order") <= 3, "solver_order must be 1 to 3 in %s", type.className());
        boolean dpm = type == SchedulerType.DPM_MULTISTEP || type == SchedulerType.DPM_SINGLESTEP;
        String algorithm = word("algorithm_type");
        boolean known = type == SchedulerType.DPM_MULTISTEP && integer("solver_order") < 3;
        require(
                !dpm || known || !algorithm.equals("sde-dpmsolver"),
                "algorithm_type sde-dpmsolver is of order 1 or 2 in DPMSolverMultistepScheduler, and unknown elsewhere");
    }

    private void requireFiniteEnd() {
        String algorithm = DpmMultistep.algorithm(this);
        boolean ofNoise = switch (type) {
            case DPM_MULTISTEP, DPM_SINGLESTEP -> DpmUpdate.ofNoise(algorithm);
            case UNIPC -> !flag("predict_x0");
            default -> false;
        };
        require(
                !ofNoise || word("final_sigmas_type").equals("sigma_min"),
                "%s that works on noise, by algorithm_type or predict_x0, needs final_sigmas_type sigma_min",
                type.className());
    }

    @SuppressWarnings("AnnotateFormatMethod") // its annotation would be a dependency
    private static void require(boolean holds, String rule, Object... values) {
        if (!holds) {
            throw new IllegalArgumentException(rule.formatted(values));
        }
    }
}
