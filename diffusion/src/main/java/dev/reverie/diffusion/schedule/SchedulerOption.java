package dev.reverie.diffusion.schedule;

import dev.reverie.tensor.io.CheckpointException;
import dev.reverie.tensor.io.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One option of {@code scheduler_config.json}: its name, the values that it may have, and what it is where it is left
 * out.
 *
 * @param absent null where the option has no value then
 * @param rule what a value must be, for messages
 */
record SchedulerOption(
        String name, Class<?> kind, @Nullable Object absent, String rule, Function<Object, Boolean> valid) {

    private static final Map<String, SchedulerOption> ALL = Stream.of(
                    integer("num_train_timesteps", 1000, 1, 1_000_000),
                    number("beta_start", 0.0001, 0, 1),
                    number("beta_end", 0.02, 0, 1),
                    choice("beta_schedule", "linear", "scaled_linear", "squaredcos_cap_v2"),
                    numbers("trained_betas"),
                    flag("rescale_betas_zero_snr", false),
                    choice("prediction_type", "epsilon", "sample", "v_prediction", "flow_prediction"),
                    choice("timestep_spacing", "linspace", "leading", "trailing"),
                    choice("timestep_type", "discrete", "continuous"),
                    choice("interpolation_type", "linear", "log_linear"),
                    integer("steps_offset", 0, 0, 1_000_000),
                    flag("set_alpha_to_one", true),
                    flag("skip_prk_steps", false),
                    flag("clip_sample", false),
                    number("clip_sample_range", 1.0, 0, 1e6),
                    flag("thresholding", false),
                    number("dynamic_thresholding_ratio", 0.995, 0, 1),
                    number("sample_max_value", 1.0, 0, 1e6),
                    choice(
                            "variance_type",
                            "fixed_small",
                            "fixed_small_log",
                            "fixed_large",
                            "fixed_large_log",
                            "learned",
                            "learned_range"),
                    flag("use_karras_sigmas", false),
                    flag("use_exponential_sigmas", false),
                    flag("use_beta_sigmas", false),
                    flag("use_lu_lambdas", false),
                    flag("use_flow_sigmas", false),
                    number("sigma_min", null, 1e-10, 1e6),
                    number("sigma_max", null, 1e-10, 1e6),
                    choice("final_sigmas_type", "zero", "sigma_min"),
                    integer("solver_order", 2, 1, 9),
                    choice("solver_type", "midpoint", "heun", "logrho", "bh1", "bh2"),
                    choice("algorithm_type", "dpmsolver++", "dpmsolver", "sde-dpmsolver++", "sde-dpmsolver", "deis"),
                    flag("lower_order_final", true),
                    flag("euler_at_final", false),
                    number("lambda_min_clipped", Double.NEGATIVE_INFINITY, Double.NEGATIVE_INFINITY, 100),
                    flag("predict_x0", true),
                    numbers("disable_corrector"),
                    nothing("solver_p"),
                    integer("original_inference_steps", 50, 1, 1_000_000),
                    number("timestep_scaling", 10.0, 0, 1e6),
                    number("shift", 1.0, 1e-6, 1e6),
                    number("flow_shift", 1.0, 1e-6, 1e6),
                    flag("use_dynamic_shifting", false),
                    choice("time_shift_type", "exponential", "linear"),
                    number("base_shift", 0.5, -1000, 1000),
                    number("max_shift", 1.15, -1000, 1000),
                    integer("base_image_seq_len", 256, 1, Integer.MAX_VALUE),
                    integer("max_image_seq_len", 4096, 1, Integer.MAX_VALUE),
                    number("shift_terminal", null, 0, 1),
                    flag("invert_sigmas", false),
                    flag("stochastic_sampling", false))
            .collect(Collectors.toUnmodifiableMap(SchedulerOption::name, Function.identity()));

    /** The option of that name, or null. */
    static @Nullable SchedulerOption named(String name) {
        return ALL.get(name);
    }

    private static SchedulerOption flag(String name, boolean absent) {
        return new SchedulerOption(name, Boolean.class, absent, "true or false", v -> true);
    }

    private static SchedulerOption integer(String name, int absent, int least, int most) {
        return new SchedulerOption(
                name,
                Integer.class,
                absent,
                "an integer from %,d to %,d".formatted(least, most),
                v -> (int) v >= least && (int) v <= most);
    }

    private static SchedulerOption number(String name, @Nullable Double absent, double least, double most) {
        return new SchedulerOption(
                name,
                Double.class,
                absent,
                "a number from %s to %s".formatted(least, most),
                v -> (double) v >= least && (double) v <= most);
    }

    /** One of some words; the first is the default. */
    private static SchedulerOption choice(String name, String... words) {
        Set<String> known = Set.of(words);
        return new SchedulerOption(name, String.class, words[0], "one of " + String.join(", ", words), known::contains);
    }

    private static SchedulerOption numbers(String name) {
        return new SchedulerOption(
                name,
                List.class,
                null,
                "a list of at most 1,000,000 numbers from 0 on",
                v -> ((List<?>) v).size() <= 1_000_000
                        && ((List<?>) v).stream().allMatch(x -> x instanceof Double number && number >= 0));
    }

    private static SchedulerOption nothing(String name) {
        return new SchedulerOption(name, Void.class, null, "null: nothing else is known here", v -> false);
    }

    /** {@code value} if it keeps the rule; whole numbers may stand for numbers. */
    Object checked(Object value) {
        Object given = kind == Double.class && value instanceof Integer whole ? (Object) whole.doubleValue() : value;
        if (!kind.isInstance(given) || !valid.apply(given)) {
            throw new IllegalArgumentException("%s must be %s".formatted(name, rule));
        }
        return given;
    }

    /** The value that a file gives this option. */
    Object read(Json json) throws CheckpointException {
        if (kind == Boolean.class) {
            return json.asBoolean();
        }
        if (kind == Integer.class) {
            return json.asInt();
        }
        if (kind == Double.class) {
            return json.asDouble();
        }
        return kind == List.class ? numbers(json) : kind == Void.class ? json : json.asString();
    }

    private static List<Double> numbers(Json json) throws CheckpointException {
        List<Double> values = new ArrayList<>();
        for (Json item : json.asList()) {
            values.add(item.asDouble());
        }
        return values;
    }
}
