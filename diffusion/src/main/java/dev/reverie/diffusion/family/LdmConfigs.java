package dev.reverie.diffusion.family;

import dev.reverie.diffusion.family.LdmUnet.Stage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Configurations of the parts of a single file, as JSON: sizes from its tensors, the rest as stabilityai/stable-diffusion-
 * xl-base-1.0, .. -2-1 and stable-diffusion-v1-5 publish them.
 */
final class LdmConfigs {
    private final Generation generation;
    private final Parameterization prediction;

    LdmConfigs(Generation generation, Parameterization prediction) {
        this.generation = generation;
        this.prediction = prediction;
    }

    String unet(PartTensors tensors) {
        LdmUnet unet = new LdmUnet(tensors);
        List<Stage> stages = unet.stages();
        return String.format(
                Locale.ROOT,
                """
                {"_class_name": "UNet2DConditionModel", "sample_size": %d,
                "in_channels": %d, "out_channels": %d,
                "block_out_channels": %s, "layers_per_block": %s,
                "down_block_types": %s, "up_block_types": %s,
                "attention_head_dim": %s, "transformer_layers_per_block": %s,
                "cross_attention_dim": %d, "use_linear_projection": %b%s}""",
                generation.sampleSize(prediction),
                tensors.size("input_blocks.0.0.weight", 1),
                tensors.size("out.2.weight", 0),
                stages.stream().map(Stage::channels).toList(),
                stages.stream().map(Stage::layers).toList(),
                blockTypes(stages, "Down"),
                blockTypes(stages.reversed(), "Up"),
                stages.stream().map(stage -> generation.heads(stage.channels())).toList(),
                depths(unet),
                unet.contextWidth(),
                unet.projectsLinearly(),
                added(tensors));
    }

    private static String blockTypes(List<Stage> stages, String way) {
        return stages.stream()
                .map(stage -> stage.depth() > 0 ? "CrossAttn" + way + "Block2D" : way + "Block2D")
                .collect(Collectors.joining("\", \"", "[\"", "\"]"));
    }

    /** A stage without attention has any depth but the last, whose is that of the middle. */
    private static List<Integer> depths(LdmUnet unet) {
        List<Integer> depths = new ArrayList<>();
        for (Stage stage : unet.stages()) {
            depths.add(Math.max(1, stage.depth()));
        }
        if (unet.stages().getLast().depth() == 0) {
            depths.set(depths.size() - 1, Math.max(1, unet.middleDepth()));
        }
        return depths;
    }

    private static String added(PartTensors tensors) {
        int width = tensors.size("label_emb.0.0.weight", 1);
        return width == 0 ? "" : String.format(Locale.ROOT, """
                , "addition_embed_type": "text_time", "addition_time_embed_dim": 256,
                "projection_class_embeddings_input_dim": %d""", width);
    }

    String vae(PartTensors tensors) {
        LdmAutoencoder vae = new LdmAutoencoder(tensors);
        int levels = vae.levels();
        return String.format(
                Locale.ROOT,
                """
                {"_class_name": "AutoencoderKL", "in_channels": %d, "out_channels": %d, "latent_channels": %d,
                "block_out_channels": %s, "layers_per_block": %d,
                "down_block_types": %s, "up_block_types": %s,
                "norm_num_groups": 32, "act_fn": "silu", "sample_size": %d, "scaling_factor": %s,
                "use_quant_conv": %b, "use_post_quant_conv": %b}""",
                tensors.size("encoder.conv_in.weight", 1),
                tensors.size("decoder.conv_out.weight", 0),
                tensors.size("decoder.conv_in.weight", 1),
                vae.channels(),
                vae.layersPerLevel(),
                repeated("DownEncoderBlock2D", levels),
                repeated("UpDecoderBlock2D", levels),
                8 * generation.sampleSize(prediction),
                generation.latentScale(),
                tensors.hasModule("quant_conv"),
                tensors.hasModule("post_quant_conv"));
    }

    private static String repeated(String name, int count) {
        return "[" + String.join(", ", Collections.nCopies(count, '"' + name + '"')) + "]";
    }

    /** All published towers have heads 64 wide. */
    String text(TextTower tower) {
        int width = tower.tensors().size(tower.tokens(), 1);
        int projected = tower.projectionWidth();
        boolean isOpenClip = tower instanceof TextTower.OpenClip;
        return String.format(
                Locale.ROOT,
                """
                {"model_type": "clip_text_model", "vocab_size": %d, "hidden_size": %d, "intermediate_size": %d,
                "num_hidden_layers": %d, "num_attention_heads": %d, "max_position_embeddings": %d,
                "projection_dim": %d, "hidden_act": "%s", "layer_norm_eps": 1e-5,
                "bos_token_id": 49406, "eos_token_id": 49407}""",
                tower.tensors().size(tower.tokens(), 0),
                width,
                tower.tensors().size(tower.inner(), 0),
                tower.layers(),
                Math.max(1, width / 64),
                tower.tensors().size(tower.positions(), 0),
                projected == 0 ? width : projected,
                isOpenClip ? "gelu" : "quick_gelu");
    }

    String scheduler(int channels) {
        return String.format(
                Locale.ROOT,
                """
                {"_class_name": "%s"%s, "num_train_timesteps": 1000, "beta_start": 0.00085, "beta_end": 0.012,
                "beta_schedule": "scaled_linear", "steps_offset": 1, "prediction_type": "%s"%s}""",
                schedulerClass(channels),
                generation.isXl()
                        ? ""
                        : ", \"clip_sample\": false, \"set_alpha_to_one\": false, \"skip_prk_steps\": true",
                prediction.type(),
                prediction.isZeroSnr() ? ", \"rescale_betas_zero_snr\": true, \"timestep_spacing\": \"trailing\"" : "");
    }

    private String schedulerClass(int channels) {
        if (channels == 8) {
            return "EulerAncestralDiscreteScheduler";
        }
        if (generation.isXl()) {
            return "EulerDiscreteScheduler";
        }
        return prediction.isVelocity() ? "DDIMScheduler" : "PNDMScheduler";
    }

    String modelIndex(int channels) {
        List<String> parts = new ArrayList<>();
        for (String encoder : generation.textEncoders()) {
            boolean isProjected = encoder.equals("text_encoder_2");
            parts.add(part(encoder, "transformers", isProjected ? "CLIPTextModelWithProjection" : "CLIPTextModel"));
            parts.add(part(encoder.replace("text_encoder", "tokenizer"), "transformers", "CLIPTokenizer"));
        }
        String flags = switch (generation) {
            case SD_1, SD_2 -> "";
            case SDXL -> ", \"force_zeros_for_empty_prompt\": true";
            case SDXL_REFINER -> ", \"force_zeros_for_empty_prompt\": false, \"requires_aesthetics_score\": true";
        };
        return String.format(
                Locale.ROOT,
                """
                {"_class_name": "%s", "unet": ["diffusers", "UNet2DConditionModel"],
                "vae": ["diffusers", "AutoencoderKL"], "scheduler": ["diffusers", "%s"], %s%s}""",
                generation.pipelineClass(channels),
                schedulerClass(channels),
                String.join(", ", parts),
                flags);
    }

    private static String part(String name, String library, String className) {
        return "\"%s\": [\"%s\", \"%s\"]".formatted(name, library, className);
    }
}
