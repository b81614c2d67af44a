package dev.reverie.nn.encoder;

import dev.reverie.tensor.Activation;
import dev.reverie.tensor.io.CheckpointException;
import dev.reverie.tensor.io.Json;
import java.util.Map;
import java.util.TreeMap;

/** Functions by the names that configurations give them (huggingface/transformers, activations.py, ACT2FN). */
final class ActivationName {
    private static final Map<String, Activation> KNOWN = new TreeMap<>(Map.of(
            "quick_gelu", Activation.QUICK_GELU,
            "gelu", Activation.GELU,
            "gelu_new", Activation.GELU_TANH,
            "gelu_fast", Activation.GELU_TANH,
            "gelu_pytorch_tanh", Activation.GELU_TANH,
            "relu", Activation.RELU,
            "silu", Activation.SILU,
            "swish", Activation.SILU));

    private ActivationName() {}

    /** The function that the option names, or the one of the name {@code absent} where it is left out. */
    static Activation read(Json json, String option, String absent) throws CheckpointException {
        return parse(json, option, json.getString(option, absent));
    }

    /** @param name what the option's value makes of the function's name */
    static Activation parse(Json json, String option, String name) throws CheckpointException {
        Activation function = KNOWN.get(name);
        if (function == null) {
            throw json.get(option).otherThan("the name of one of the functions " + String.join(", ", KNOWN.keySet()));
        }
        return function;
    }
}
