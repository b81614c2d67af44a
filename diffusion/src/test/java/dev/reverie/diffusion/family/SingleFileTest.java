package dev.reverie.diffusion.family;

import static dev.reverie.diffusion.family.Folders.refusal;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reverie.tensor.DType;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.io.Checkpoint;
import dev.reverie.tensor.io.Json;
import dev.reverie.tensor.io.SafetensorsWriter;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SingleFileTest {
    private static final String UNET = "model.diffusion_model.";
    private static final String OPEN_CLIP = "cond_stage_model.model.";

    @TempDir
    Path temp;

    private final SafetensorsWriter writer = new SafetensorsWriter();

    private SingleFileTest put(String name, int... sizes) {
        Tensor tensor = Tensor.zeros(Shape.of(sizes));
        for (int i = 0; i < tensor.elementCount(); i++) {
            tensor.data()[i] = i;
        }
        writer.put(name, tensor);
        return this;
    }

    /** The least that a network has: two layers in two stages, attention in the first of them. */
    private SingleFileTest unet(int channels, int contextWidth) {
        String first = UNET + "input_blocks.1.";
        return put(UNET + "input_blocks.0.0.weight", 64, channels, 3, 3)
                .put(first + "0.out_layers.3.weight", 64, 64, 3, 3)
                .put(first + "1.proj_in.weight", 64, 64)
                .put(first + "1.transformer_blocks.0.attn2.to_k.weight", 64, contextWidth)
                .put(UNET + "input_blocks.2.0.op.weight", 64, 64, 3, 3)
                .put(UNET + "input_blocks.3.0.out_layers.3.weight", 128, 128, 3, 3)
                .put(UNET + "middle_block.1.proj_in.weight", 128, 128)
                .put(UNET + "middle_block.1.transformer_blocks.0.norm1.bias", 128)
                .put(UNET + "middle_block.1.transformer_blocks.1.norm1.bias", 128)
                .put(UNET + "out.2.weight", 4, 64, 3, 3);
    }

    private Path write() throws IOException {
        Path file = temp.resolve("fox.safetensors");
        writer.write(file);
        return file;
    }

    private static float[] values(Checkpoint part, String name, int... sizes) {
        Tensor tensor = part.root().tensor(name, Shape.of(sizes));
        float[] values = new float[tensor.elementCount()];
        for (int i = 0; i < values.length; i++) {
            values[i] = tensor.get(i);
        }
        return values;
    }

    @ParameterizedTest
    @CsvSource({
        "4, conditioner.embedders.1.model.ln_final.bias, StableDiffusionXLPipeline",
        "9, conditioner.embedders.1.model.ln_final.bias, StableDiffusionXLInpaintPipeline",
        "4, conditioner.embedders.0.model.ln_final.bias, StableDiffusionXLImg2ImgPipeline",
        "4, cond_stage_model.model.ln_final.bias, StableDiffusionPipeline",
        "9, cond_stage_model.transformer.text_model.final_layer_norm.bias, StableDiffusionInpaintPipeline",
        "8, cond_stage_model.transformer.text_model.final_layer_norm.bias, StableDiffusionInstructPix2PixPipeline"
    })
    void thePipelineFollowsFromEncodersAndChannels(int channels, String encoder, String pipeline) throws IOException {
        ModelFiles files = ModelFiles.open(unet(channels, 48).put(encoder, 64).write());
        assertEquals(pipeline, files.pipelineClass());
        assertEquals(channels, files.config("unet").getInt("in_channels"));
        boolean refiner = encoder.startsWith("conditioner.embedders.0.model");
        assertEquals(!refiner, files.has("tokenizer"));
        assertEquals(pipeline.contains("XL"), files.has("tokenizer_2"));
        assertEquals(refiner, files.modelIndex().getBoolean("requires_aesthetics_score", false));
    }

    @ParameterizedTest
    @CsvSource({
        "768, StableDiffusionPipeline, 0.18215",
        "2048, StableDiffusionXLPipeline, 0.13025",
        "1280, StableDiffusionXLImg2ImgPipeline, 0.13025"
    })
    void withoutEncodersTheWidthOfTheirStatesTells(int width, String pipeline, double scale) throws IOException {
        put("first_stage_model.decoder.conv_in.weight", 8, 4, 3, 3);
        ModelFiles files = ModelFiles.open(unet(4, width).write());
        assertEquals(pipeline, files.pipelineClass());
        assertEquals(scale, files.config("vae").getDouble("scaling_factor"));
        assertFalse(files.has("text_encoder"));
        assertTrue(refusal(() -> files.open("text_encoder")).contains("holds no part \"text_encoder\""));
    }

    @Test
    void sizesAreReadFromShapes() throws IOException {
        Json unet = ModelFiles.open(unet(4, 768).write()).config("unet");
        assertArrayEquals(new int[] {64, 128}, unet.getInts("block_out_channels"));
        assertArrayEquals(new int[] {1, 1}, unet.getInts("layers_per_block"));
        assertArrayEquals(new int[] {1, 2}, unet.getInts("transformer_layers_per_block"));
        assertEquals(List.of("CrossAttnDownBlock2D", "DownBlock2D"), unet.getStrings("down_block_types"));
        assertEquals(List.of("UpBlock2D", "CrossAttnUpBlock2D"), unet.getStrings("up_block_types"));
        assertArrayEquals(new int[] {8, 8}, unet.getInts("attention_head_dim"));
        assertEquals(768, unet.getInt("cross_attention_dim"));
        assertTrue(unet.getBoolean("use_linear_projection"));
    }

    /** 3 x 2 in_proj is cut in rows, the projection transposed, and the 24th layer is not there. */
    @Test
    void openClipBecomesThatOfTransformers() throws IOException {
        for (int layer = 0; layer < 24; layer++) {
            put(OPEN_CLIP + "transformer.resblocks." + layer + ".attn.in_proj_bias", 6);
        }
        put(OPEN_CLIP + "transformer.resblocks.0.attn.in_proj_weight", 6, 2).put(OPEN_CLIP + "logit_scale", 1);
        put(OPEN_CLIP + "transformer.resblocks.1.attn.in_proj_weight", 7, 2);
        ModelFiles files = ModelFiles.open(
                unet(4, 1024).put(OPEN_CLIP + "text_projection", 2, 3).write());
        assertEquals(23, files.config("text_encoder").getInt("num_hidden_layers"));
        try (Checkpoint encoder = files.open("text_encoder")) {
            assertArrayEquals(
                    new float[] {4, 5, 6, 7}, values(encoder, "encoder.layers.0.self_attn.k_proj.weight", 2, 2));
            assertArrayEquals(new float[] {4, 5}, values(encoder, "encoder.layers.22.self_attn.v_proj.bias", 2));
            assertEquals(3 * 23 + 3 + 1, encoder.names().size(), encoder.names().toString());
            assertTrue(refusal(encoder::finish).contains("encoder.layers.1.self_attn.in_proj_weight"));
        }
    }

    @Test
    void theProjectionOfXlIsTransposed() throws IOException {
        ModelFiles files = ModelFiles.open(unet(4, 2048)
                .put("conditioner.embedders.1.model.text_projection", 2, 3)
                .write());
        try (Checkpoint encoder = files.open("text_encoder_2")) {
            assertArrayEquals(new float[] {0, 3, 1, 4, 2, 5}, values(encoder, "text_projection.weight", 3, 2));
            encoder.finish();
        }
    }

    @Test
    void whatTrainingLeftIsIgnoredAndWhatIsUnknownReported() throws IOException {
        put("model_ema.diffusion_modelout2weight", 1)
                .put("alphas_cumprod", 4)
                .put("betas", 4)
                .put("fox.weight", 1);
        put("cond_stage_model.transformer.text_model.embeddings.position_ids", 1, 77);
        put("cond_stage_model.transformer.text_model.final_layer_norm.bias", 1);
        ModelFiles files = ModelFiles.open(unet(4, 768).write());
        try (Checkpoint unet = files.open("unet")) {
            String message = refusal(unet::finish);
            assertTrue(message.contains("\"fox.weight\" is not part of the model"), message);
            assertFalse(message.contains("ema"), message);
            assertFalse(message.contains("alphas") || message.contains("betas"), message);
        }
        try (Checkpoint encoder = files.open("text_encoder")) {
            assertEquals(Set.of("final_layer_norm.bias"), encoder.names());
        }
    }

    @Test
    void checkpointsOfATrainingNestTheirTensors() throws IOException {
        String nested = "state_dict." + UNET;
        put(nested + "input_blocks.0.0.weight", 8, 4, 3, 3).put("optimizer_states.0.state.0.exp_avg", 2);
        try (Checkpoint unet =
                ModelFiles.open(put(nested + "out.2.bias", 4).write()).open("unet")) {
            assertEquals(Set.of("conv_in.weight", "conv_out.bias"), unet.names());
        }
    }

    private String predictionOf(Path file) throws IOException {
        return ModelFiles.open(file).config("scheduler").getString("prediction_type");
    }

    @ParameterizedTest
    @CsvSource({"4, 875000, epsilon", "4, 140000, v_prediction", "4, 0, v_prediction", "9, 0, epsilon"})
    void thePredictionOfSd2IsGuessedFromItsSteps(int channels, long steps, String prediction) throws IOException {
        if (steps > 0) {
            byte[] bytes = ByteBuffer.allocate(8)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(steps)
                    .array();
            writer.put("global_step", DType.I64, List.of(), MemorySegment.ofArray(bytes));
        }
        Path file = unet(channels, 1024).put(OPEN_CLIP + "ln_final.bias", 8).write();
        assertEquals(prediction, predictionOf(file));
        boolean velocity = prediction.equals("v_prediction");
        assertEquals(velocity ? 96 : 64, ModelFiles.open(file).config("unet").getInt("sample_size"));
    }

    @Test
    void theCallerAndTheFileBesideKnowThePrediction() throws IOException {
        Path file = unet(4, 768).write();
        assertEquals("epsilon", predictionOf(file));
        Folders.text(temp.resolve("fox.yaml"), "model:\n  params:\n    parameterization: \"v\"\n");
        assertEquals("v_prediction", predictionOf(file));
        Json scheduler = ModelFiles.open(file, "epsilon").config("scheduler");
        assertEquals("epsilon", scheduler.getString("prediction_type"));
        assertThrows(IllegalArgumentException.class, () -> ModelFiles.open(file, "fox"));
    }

    @Test
    void aMarkOfVelocityAndZeroSnrCounts() throws IOException {
        Json scheduler = ModelFiles.open(
                        unet(4, 2048).put("v_pred", 0).put("ztsnr", 0).write())
                .config("scheduler");
        assertEquals("v_prediction", scheduler.getString("prediction_type"));
        assertTrue(scheduler.getBoolean("rescale_betas_zero_snr"));
        assertEquals("EulerDiscreteScheduler", scheduler.getString("_class_name"));
    }

    @Test
    void aFolderGivesWhatTheFileLacks() throws IOException {
        Path folder = Folders.model(temp.resolve("folder"));
        Folders.tensors(folder.resolve("vae/diffusion_pytorch_model.safetensors"), "a", 1);
        ModelFiles files = ModelFiles.open(unet(4, 768).write(), folder);
        assertTrue(files.has("vae"));
        try (Checkpoint vae = files.open("vae")) {
            assertEquals(Set.of("a"), vae.names());
        }
        assertEquals(Set.of("_class_name"), files.config("unet").keys());
    }

    @Test
    void tokenizersAreThePublishedOne() throws IOException {
        ModelFiles files = ModelFiles.open(unet(4, 2048).write());
        assertEquals(49_407, files.tokenizer("tokenizer").special().pad());
        assertEquals(0, files.tokenizer("tokenizer_2").special().pad());
    }

    @ParameterizedTest
    @CsvSource({
        "double_blocks.0.img_attn.qkv.weight, Flux",
        "model.diffusion_model.joint_blocks.0.x_block.attn.qkv.weight, Stable Diffusion 3",
        "lora_unet_mid_block.lora_down.weight, a LoRA",
        "control_model.time_embed.0.weight, a ControlNet",
        "down_blocks.0.resnets.0.norm1.bias, a part of a model",
        "decoder.mid.attn_1.k.weight, an autoencoder",
        "fox, no model that is known"
    })
    void filesOfOtherKindsAreNamed(String tensor, String kind) throws IOException {
        Path file = put(tensor, 1).write();
        assertTrue(refusal(() -> ModelFiles.open(file)).contains(kind));
    }

    @Test
    void otherChannelsAreRefused() throws IOException {
        Path file = unet(5, 1024).write();
        assertTrue(refusal(() -> ModelFiles.open(file)).contains("takes 5 channels"));
    }

    @Test // 24
    void filesThatAreNoneAreExplained() throws IOException {
        Path file = temp.resolve("fox.safetensors");
        Files.writeString(file, "version https://git-lfs.github.com/spec/v1\n");
        assertTrue(refusal(() -> ModelFiles.open(file)).contains("git lfs pull"));
        Files.writeString(file, "");
        assertTrue(refusal(() -> ModelFiles.open(file)).contains("is empty"));
    }

    /** A file that was replaced since it was opened. */
    @Test // 34
    void tensorsThatWentAwayAreAFault() throws IOException {
        ModelFiles files = ModelFiles.open(unet(4, 768).write());
        Folders.tensors(temp.resolve("fox.safetensors"), "a", 1);
        assertTrue(refusal(() -> files.open("unet")).contains("is missing"));
    }
}
