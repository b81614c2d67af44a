package dev.reverie.nn.encoder;

import dev.reverie.tensor.io.CheckpointException;
import dev.reverie.tensor.io.Json;
import org.jspecify.annotations.Nullable;

/**
 * Sizes of a Llama trunk.
 *
 * @param vocabulary number of token ids
 * @param width of the states
 * @param innerWidth of the feed-forward parts
 * @param layers number of layers
 * @param heads query heads
 * @param keyValueHeads heads of keys and values, each serving several queries
 * @param headWidth of one head, even
 * @param ropeTheta base of the rotary frequencies
 * @param eps added to mean squares
 */
public record LlamaConfig(
        int vocabulary,
        int width,
        int innerWidth,
        int layers,
        int heads,
        int keyValueHeads,
        int headWidth,
        double ropeTheta,
        double eps) {
    public LlamaConfig {
        Sizes.table("vocab_size", vocabulary, "hidden_size", width);
        Sizes.width("intermediate_size", innerWidth);
        Sizes.layers("num_hidden_layers", layers);
        Sizes.between("num_attention_heads", heads, 1, 1_024);
        Sizes.multiple("num_attention_heads", heads, "num_key_value_heads", keyValueHeads);
        Sizes.between("head_dim", headWidth, 2, 1_024);
        Sizes.multiple("head_dim", headWidth, "two", 2);
        Sizes.eps("rms_norm_eps", eps);
        if (!(ropeTheta >= 1 && ropeTheta < 1e12)) {
            throw new IllegalArgumentException("rope_theta %s is not between 1 and 1e12".formatted(ropeTheta));
        }
    }

    /** Reads {@code config.json}. Scaled rotary frequencies and biases are refused: no encoder in use has them. */
    public static LlamaConfig read(Json json) throws CheckpointException {
        return json.as(it -> {
            Json rope = it.find("rope_parameters"); // since transformers 5
            refuse(it.find("rope_scaling"));
            refuse(rope);
            if (it.getBoolean("attention_bias", false) || it.getBoolean("mlp_bias", false)) {
                throw new IllegalArgumentException("attention_bias and mlp_bias must be false");
            }
            int width = it.getInt("hidden_size");
            int heads = it.getInt("num_attention_heads");
            return new LlamaConfig(
                    it.getInt("vocab_size"),
                    width,
                    it.getInt("intermediate_size"),
                    it.getInt("num_hidden_layers"),
                    heads,
                    it.getInt("num_key_value_heads", heads),
                    it.getInt("head_dim", width / Math.max(1, heads)),
                    (rope == null ? it : rope).getDouble("rope_theta", 10_000),
                    it.getDouble("rms_norm_eps", 1e-6));
        });
    }

    private static void refuse(@Nullable Json rope) throws CheckpointException {
        if (rope != null) {
            String type = rope.getString("rope_type", rope.getString("type", "default"));
            if (!type.equals("default")) {
                throw rope.fault("has the type \"%s\", only \"default\" is known".formatted(type));
            }
        }
    }
}
