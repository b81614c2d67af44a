package dev.reverie.diffusion.block;

import dev.reverie.nn.FixedOptions;
import dev.reverie.tensor.io.CheckpointException;
import dev.reverie.tensor.io.Json;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * All options of a kind of configuration: diffusers writes each that its class has, and no other. So one that is unknown
 * is refused as well as one that is set to what the library does not do.
 *
 * @param used options that are read, or that change nothing when a model only runs
 * @param fixed options of which not every value is done
 */
public record Options(Set<String> used, FixedOptions fixed) {
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
    }

    public Options(Set<String> used, Map<String, List<?>> fixed) {
        this(used, new FixedOptions(fixed));
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
            boolean known = fixed.has(key) || used.contains(key) || OF_TRAINING.contains(key);
            if (!known && !key.startsWith("_") && !json.get(key).isNull()) {
                throw json.get(key).fault("is an option that this library does not know");
            }
        }
        fixed.check(json);
    }
}
