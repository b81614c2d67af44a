package dev.reverie.nn.encoder;

import dev.reverie.nn.FixedOptions;
import dev.reverie.tensor.Activation;
import dev.reverie.tensor.io.CheckpointException;
import dev.reverie.tensor.io.Json;
import java.util.List;
import java.util.Map;

/**
 * Sizes of a GPT-2 trunk.
 *
 * @param vocabulary number of token ids
 * @param positions longest text in tokens
 * @param width of the states
 * @param innerWidth of the feed-forward parts
 * @param layers number of layers
 * @param heads attention heads
 * @param activation of the feed-forward parts
 * @param layerNormEps added to variances
 */
public record Gpt2Config(
        int vocabulary,
        int positions,
        int width,
        int innerWidth,
        int layers,
        int heads,
        Activation activation,
        double layerNormEps) {
    private static final FixedOptions FIXED = new FixedOptions(Map.of(
            "model_type", List.of("gpt2"),
            "scale_attn_weights", List.of(true),
            "scale_attn_by_inverse_layer_idx", List.of(false),
            "add_cross_attention", List.of(false)));

    public Gpt2Config {
        Sizes.table("vocab_size", vocabulary, "n_embd", width);
        Sizes.rows("n_positions", positions);
        Sizes.multiple("n_embd", width, "n_head", heads);
        Sizes.width("n_inner", innerWidth);
        Sizes.layers("n_layer", layers);
        Sizes.eps("layer_norm_epsilon", layerNormEps);
    }

    /** Reads {@code config.json}; other scales of attention, cross attention and an unknown function are refused. */
    public static Gpt2Config read(Json json) throws CheckpointException {
        FIXED.check(json);
        return json.as(it -> {
            int width = it.getInt("n_embd");
            Sizes.width("n_embd", width);
            return new Gpt2Config(
                    it.getInt("vocab_size"),
                    it.getInt("n_positions"),
                    width,
                    it.getInt("n_inner", Math.min(4 * width, 1 << 15)),
                    it.getInt("n_layer"),
                    it.getInt("n_head"),
                    ActivationName.read(it, "activation_function", "gelu_new"),
                    it.getDouble("layer_norm_epsilon", 1e-5));
        });
    }
}
