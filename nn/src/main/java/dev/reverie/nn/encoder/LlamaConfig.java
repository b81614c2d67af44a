package dev.reverie.nn.encoder;

import dev.reverie.nn.FixedOptions;
import dev.reverie.tensor.io.CheckpointException;
import dev.reverie.tensor.io.Json;
import java.util.List;
import java.util.Map;
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
    private static final FixedOptions FIXED = new FixedOptions(Map.of(
            "model_type", List.of("llama"),
            "hidden_act", List.of("silu", "swish"),
            "attention_bias", List.of(false),
            "mlp_bias", List.of(false),
            "partial_rotary_factor", List.of(1.0)));
    /** A type of rotary frequencies has options of its own. */
    private static final FixedOptions ROPE = new FixedOptions(
            Map.of("rope_type", List.of("default"), "type", List.of("default"), "partial_rotary_factor", List.of(1.0)));

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

    /**
     * Reads {@code config.json}. Scaled or partial rotary frequencies, biases and another function than SiLU are
     * refused: no encoder in use has them.
     */
    public static LlamaConfig read(Json json) throws CheckpointException {
        FIXED.check(json);
        return json.as(it -> {
            Json rope = it.find("rope_parameters"); // since transformers 5
            check(it.find("rope_scaling"));
            check(rope);
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

    private static void check(@Nullable Json rope) throws CheckpointException {
        if (rope != null) {
            ROPE.check(rope);
        }
    }
}
