package dev.reverie.nn.encoder;

import dev.reverie.nn.FixedOptions;
import dev.reverie.tensor.Activation;
import dev.reverie.tensor.io.CheckpointException;
import dev.reverie.tensor.io.Json;
import java.util.List;
import java.util.Map;

/**
 * Sizes of a CLIP text encoder.
 *
 * @param vocabulary number of token ids
 * @param width of the states
 * @param innerWidth of the feed-forward parts
 * @param layers number of layers
 * @param heads attention heads
 * @param positions longest text in tokens
 * @param activation of the feed-forward parts
 * @param layerNormEps added to variances
 * @param projectionWidth width of the projected pooled state
 * @param endOfText id of the token whose state is the pooled one; see {@link ClipText#pooled}
 */
public record ClipTextConfig(
        int vocabulary,
        int width,
        int innerWidth,
        int layers,
        int heads,
        int positions,
        Activation activation,
        double layerNormEps,
        int projectionWidth,
        int endOfText) {
    private static final FixedOptions FIXED = new FixedOptions(Map.of("model_type", List.of("clip_text_model")));

    public ClipTextConfig {
        Sizes.table("vocab_size", vocabulary, "hidden_size", width);
        Sizes.multiple("hidden_size", width, "num_attention_heads", heads);
        Sizes.width("intermediate_size", innerWidth);
        Sizes.layers("num_hidden_layers", layers);
        Sizes.rows("max_position_embeddings", positions);
        Sizes.eps("layer_norm_eps", layerNormEps);
        Sizes.width("projection_dim", projectionWidth);
    }

    /**
     * Reads {@code config.json}; what it leaves out are the defaults of transformers' CLIPTextConfig. Another kind of
     * model and an unknown function are refused; all further options of a file belong to training and to tokenizers.
     */
    public static ClipTextConfig read(Json json) throws CheckpointException {
        FIXED.check(json);
        return json.as(it -> new ClipTextConfig(
                it.getInt("vocab_size", 49_408),
                it.getInt("hidden_size", 512),
                it.getInt("intermediate_size", 2_048),
                it.getInt("num_hidden_layers", 12),
                it.getInt("num_attention_heads", 8),
                it.getInt("max_position_embeddings", 77),
                ActivationName.read(it, "hidden_act", "quick_gelu"),
                it.getDouble("layer_norm_eps", 1e-5),
                it.getInt("projection_dim", 512),
                it.getInt("eos_token_id", 49_407)));
    }
}
