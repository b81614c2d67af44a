package dev.reverie.nn.encoder;

import dev.reverie.nn.FixedOptions;
import dev.reverie.tensor.Activation;
import dev.reverie.tensor.io.CheckpointException;
import dev.reverie.tensor.io.Json;
import java.util.List;
import java.util.Map;

/**
 * Sizes of a T5 or UMT5 encoder.
 *
 * @param vocabulary number of token ids
 * @param width of the states
 * @param headWidth of one attention head
 * @param innerWidth of the feed-forward parts
 * @param layers number of layers
 * @param heads attention heads; together they need not be as wide as the states
 * @param buckets ranges of distance that have a bias of their own
 * @param maxDistance from which on all distances share one
 * @param eps added to mean squares
 * @param activation of the feed-forward parts
 * @param gated whether these have a gate (T5 1.1)
 * @param biasPerLayer whether each layer has its own table of biases (UMT5); else all have the first layer's
 */
public record T5Config(
        int vocabulary,
        int width,
        int headWidth,
        int innerWidth,
        int layers,
        int heads,
        int buckets,
        int maxDistance,
        double eps,
        Activation activation,
        boolean gated,
        boolean biasPerLayer) {
    private static final String FEED_FORWARD = "feed_forward_proj";
    private static final String FUNCTION = "dense_act_fn";
    private static final String GATED = "gated-";

    private static final FixedOptions FIXED = new FixedOptions(Map.of("model_type", List.of("t5", "mt5", "umt5")));

    public T5Config {
        Sizes.table("vocab_size", vocabulary, "d_model", width);
        Sizes.between("num_heads", heads, 1, 1_024);
        Sizes.between("d_kv", headWidth, 1, 1_024);
        Sizes.width("d_ff", innerWidth);
        Sizes.layers("num_layers", layers);
        Sizes.between("relative_attention_num_buckets", buckets, 4, 4_096);
        Sizes.multiple("relative_attention_num_buckets", buckets, "four", 4);
        Sizes.between("relative_attention_max_distance", maxDistance, buckets / 4 + 1, 1 << 20);
        Sizes.eps("layer_norm_epsilon", eps);
    }

    /**
     * Reads {@code config.json}; optional keys have the defaults of transformers' T5Config. Another kind of model and an
     * unknown function are refused; options of the decoder do not matter.
     */
    public static T5Config read(Json json) throws CheckpointException {
        FIXED.check(json);
        return json.as(it -> {
            boolean gated = it.getString(FEED_FORWARD, "").startsWith(GATED);
            return new T5Config(
                    it.getInt("vocab_size"),
                    it.getInt("d_model"),
                    it.getInt("d_kv"),
                    it.getInt("d_ff"),
                    it.getInt("num_layers"),
                    it.getInt("num_heads"),
                    it.getInt("relative_attention_num_buckets", 32),
                    it.getInt("relative_attention_max_distance", 128),
                    it.getDouble("layer_norm_epsilon", 1e-6),
                    activation(it),
                    it.getBoolean("is_gated_act", gated),
                    it.getString("model_type", "t5").equals("umt5"));
        });
    }

    /** A function with a name of its own goes before the one that is named with the gate. */
    private static Activation activation(Json json) throws CheckpointException {
        if (json.find(FUNCTION) != null) {
            return ActivationName.read(json, FUNCTION, "");
        }
        String name = json.getString(FEED_FORWARD, "relu");
        return name.equals("gated-gelu") // T5 1.1 was published so and means the tanh form
                ? Activation.GELU_TANH
                : ActivationName.parse(
                        json, FEED_FORWARD, name.startsWith(GATED) ? name.substring(GATED.length()) : name);
    }
}
