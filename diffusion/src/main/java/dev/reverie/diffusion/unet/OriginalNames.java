package dev.reverie.diffusion.unet;

import java.util.Map;

/**
 * What modules of a U-Net are called in the code of CompVis/latent-diffusion and Stability-AI/generative-models
 * (openaimodel.py), by their names here; those of numbered blocks follow from their place.
 */
public final class OriginalNames {
    /** Modules outside of all blocks. */
    public static final Map<String, String> OUTSIDE = Map.of(
            "conv_in", "input_blocks.0.0",
            "conv_norm_out", "out.0",
            "conv_out", "out.2",
            "time_embedding.linear_1", "time_embed.0",
            "time_embedding.linear_2", "time_embed.2",
            "add_embedding.linear_1", "label_emb.0.0",
            "add_embedding.linear_2", "label_emb.0.2");

    /** Modules within a residual block. */
    public static final Map<String, String> RESNET = Map.of(
            "norm1", "in_layers.0",
            "conv1", "in_layers.2",
            "time_emb_proj", "emb_layers.1",
            "norm2", "out_layers.0",
            "conv2", "out_layers.3",
            "conv_shortcut", "skip_connection");

    private OriginalNames() {}
}
