package dev.reverie.diffusion.block;

import dev.reverie.tensor.io.CheckpointException;
import dev.reverie.tensor.io.Json;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The options of a kind of configuration: a file that asks for what the library does not do is refused, never read as
 * if it did not.
 *
 * @param used options that are read, or that change nothing when a model only runs
 * @param fixed options with the one value that is done, a Boolean, a Double or a String; {@link #ABSENT} where it is null
 */
public record Options(Set<String> used, Map<String, Object> fixed) {
    /** Stands for null: the option must not be set. */
    public static final Object ABSENT = new Object();

    /** What training leaves in a file, the averages of its weights. */
    private static final Set<String> OF_TRAINING = Set.of(
            "decay",
            "inv_gamma",
            "min_decay",
            "optimization_step",
            "power",
            "update_after_step",
            "use_ema_warmup",
            "dropout",
            "sample_size");

    public Options {
        used = Set.copyOf(used);
        fixed = Map.copyOf(fixed);
    }

    /** These options and more that are used. */
    public Options with(String... more) {
        Set<String> all = new HashSet<>(used);
        all.addAll(Set.of(more));
        return new Options(all, fixed);
    }

    /** Refuses options that are unknown, or known and set to what is not done. */
    public void check(Json json) throws CheckpointException {
        for (String key : json.keys()) {
            Json value = json.get(key);
            if (value.isNull() || key.startsWith("_") || used.contains(key) || OF_TRAINING.contains(key)) {
                continue;
            }
            Object only = fixed.get(key);
            if (only == null) {
                throw value.fault("is an option that this library does not know");
            }
            if (!holds(value, only)) {
                throw value.fault(
                        only == ABSENT
                                ? "is an option that is not supported"
                                : "must be " + only + "; no other value is supported");
            }
        }
    }

    private static boolean holds(Json value, Object only) throws CheckpointException {
        if (only == ABSENT) {
            return false;
        }
        if (only instanceof Double number) {
            return value.isNumber() && value.asDouble() == number;
        }
        if (only instanceof String text) {
            return value.isString() && value.asString().equals(text);
        }
        return value.asBoolean() == (Boolean) only;
    }
}
