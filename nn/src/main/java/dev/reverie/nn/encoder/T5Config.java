package dev.reverie.nn.encoder;

import dev.reverie.tensor.Activation;
import dev.reverie.tensor.io.CheckpointException;
import dev.reverie.tensor.io.Json;

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

    /** Reads {@code config.json}; optional keys have the defaults of transformers' T5Config. */
    public static T5Config read(Json json) throws CheckpointException {
        return json.as(it -> {
            String feedForward = it.getString("feed_forward_proj", "relu");
            boolean gated = feedForward.startsWith("gated-");
            String function = gated ? feedForward.substring("gated-".length()) : feedForward;
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
                    // T5 1.1 was published as "gated-gelu" and means the tanh form
                    gated && function.equals("gelu") ? Activation.GELU_TANH : ActivationName.parse(function),
                    gated,
                    it.getString("model_type", "t5").equals("umt5"));
        });
    }
}
