package dev.reverie.nn.encoder;

import dev.reverie.nn.FixedOptions;
import dev.reverie.tensor.Activation;
import dev.reverie.tensor.io.CheckpointException;
import dev.reverie.tensor.io.Json;
import java.util.List;
import java.util.Map;

/**
 * Sizes of a CLIP image encoder.
 *
 * @param imageSize side of the square that it sees, in pixels
 * @param patchSize side of a patch, in pixels
 * @param width of the states
 * @param innerWidth of the feed-forward parts
 * @param layers number of layers
 * @param heads attention heads
 * @param activation of the feed-forward parts
 * @param layerNormEps added to variances
 * @param projectionWidth width of the projected pooled state
 */
public record ClipVisionConfig(
        int imageSize,
        int patchSize,
        int width,
        int innerWidth,
        int layers,
        int heads,
        Activation activation,
        double layerNormEps,
        int projectionWidth) {
    private static final FixedOptions FIXED =
            new FixedOptions(Map.of("model_type", List.of("clip_vision_model"), "num_channels", List.of(3.0)));

    public ClipVisionConfig {
        Sizes.between("image_size", imageSize, 1, 4_096);
        Sizes.between("patch_size", patchSize, 1, imageSize);
        Sizes.width("hidden_size", width);
        Sizes.multiple("hidden_size", width, "num_attention_heads", heads);
        Sizes.width("intermediate_size", innerWidth);
        Sizes.layers("num_hidden_layers", layers);
        Sizes.eps("layer_norm_eps", layerNormEps);
        Sizes.width("projection_dim", projectionWidth);
    }

    /**
     * Reads {@code config.json}; what it leaves out are the defaults of transformers' CLIPVisionConfig. Another kind of
     * model, pictures of other than three channels and an unknown function are refused; all further options of a file
     * belong to training.
     */
    public static ClipVisionConfig read(Json json) throws CheckpointException {
        FIXED.check(json);
        return json.as(it -> new ClipVisionConfig(
                it.getInt("image_size", 224),
                it.getInt("patch_size", 32),
                it.getInt("hidden_size", 768),
                it.getInt("intermediate_size", 3_072),
                it.getInt("num_hidden_layers", 12),
                it.getInt("num_attention_heads", 12),
                ActivationName.read(it, "hidden_act", "quick_gelu"),
                it.getDouble("layer_norm_eps", 1e-5),
                it.getInt("projection_dim", 512)));
    }

    /** Patches of the square: what is left over at its right and lower edge is not seen. */
    public int patches() {
        return (imageSize / patchSize) * (imageSize / patchSize);
    }
}
