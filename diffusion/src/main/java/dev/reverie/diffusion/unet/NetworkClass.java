package dev.reverie.diffusion.unet;

import dev.reverie.diffusion.block.Options;
import dev.reverie.tensor.io.CheckpointException;
import dev.reverie.tensor.io.Json;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The class of diffusers that a configuration is of, and the options that its files have. */
enum NetworkClass {
    /** A U-Net that sees a text. */
    CONDITIONAL("UNet2DConditionModel"),
    /** One that sees none. */
    UNCONDITIONAL("UNet2DModel"),
    CONTROL("ControlNetModel");

    private static final Options OF_ALL = new Options(
            Set.of(
                    "in_channels",
                    "flip_sin_to_cos",
                    "freq_shift",
                    "down_block_types",
                    "mid_block_type",
                    "block_out_channels",
                    "layers_per_block",
                    "downsample_padding",
                    "norm_num_groups",
                    "norm_eps",
                    "attention_head_dim",
                    "class_embed_type",
                    "num_class_embeds",
                    "resnet_time_scale_shift"),
            Map.ofEntries(
                    Map.entry("act_fn", List.of("silu")),
                    Map.entry("mid_block_scale_factor", List.of(1.0)),
                    Map.entry("center_input_sample", List.of(false)),
                    Map.entry("time_embedding_type", List.of("positional")),
                    Map.entry("downsample_type", List.of("conv")),
                    Map.entry("upsample_type", List.of("conv")),
                    Map.entry("num_attention_heads", List.of()),
                    Map.entry("encoder_hid_dim", List.of()),
                    Map.entry("encoder_hid_dim_type", List.of()),
                    Map.entry("dual_cross_attention", List.of(false)),
                    Map.entry("resnet_skip_time_act", List.of(false)),
                    Map.entry("resnet_out_scale_factor", List.of(1.0)),
                    Map.entry("time_embedding_act_fn", List.of()),
                    Map.entry("timestep_post_act", List.of()),
                    Map.entry("attention_type", List.of("default")),
                    Map.entry("class_embeddings_concat", List.of(false)),
                    Map.entry("cross_attention_norm", List.of())));

    private static final Options OF_CONDITIONED = OF_ALL.with(
            "only_cross_attention",
            "mid_block_only_cross_attention", // of a kind of middle that is refused
            "cross_attention_dim",
            "transformer_layers_per_block",
            "reverse_transformer_layers_per_block",
            "use_linear_projection", // the file's shapes say it
            "addition_embed_type",
            "addition_embed_type_num_heads", // of a kind of embedding that is refused
            "addition_time_embed_dim",
            "projection_class_embeddings_input_dim",
            "upcast_attention"); // everything is computed in float32

    private static final String[] OF_WAY_UP = {
        "out_channels",
        "up_block_types",
        "conv_in_kernel",
        "conv_out_kernel",
        "time_embedding_dim",
        "time_cond_proj_dim"
    };

    private final String className;

    NetworkClass(String className) {
        this.className = className;
    }

    /** Which the file names, its options checked; a U-Net that sees a text where it names none. */
    static NetworkClass of(Json json) throws CheckpointException {
        String name = json.getString("_class_name", CONDITIONAL.className);
        NetworkClass named = Arrays.stream(values())
                .filter(c -> c.className.equals(name))
                .findFirst()
                .orElse(null);
        if (named == null) {
            throw json.get("_class_name").otherThan("UNet2DConditionModel, UNet2DModel or ControlNetModel");
        }
        named.options().check(json);
        return named;
    }

    /** Channels of samples and predictions where the file does not say. */
    int sampleChannels() {
        return this == UNCONDITIONAL ? 3 : 4;
    }

    /** Channels of each stage where the file does not say. */
    int[] stageChannels() {
        return this == UNCONDITIONAL ? new int[] {224, 448, 672, 896} : new int[] {320, 640, 1280, 1280};
    }

    private Options options() {
        return switch (this) {
            case CONDITIONAL -> OF_CONDITIONED.with(OF_WAY_UP);
            case UNCONDITIONAL ->
                OF_ALL.with("out_channels", "up_block_types", "time_embedding_dim", "add_attention")
                        .with("attn_norm_num_groups", "num_train_timesteps");
            case CONTROL ->
                OF_CONDITIONED.with(
                        "conditioning_channels",
                        "controlnet_conditioning_channel_order",
                        "conditioning_embedding_out_channels",
                        "global_pool_conditions");
        };
    }
}
