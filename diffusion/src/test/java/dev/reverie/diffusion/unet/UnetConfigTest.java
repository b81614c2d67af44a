package dev.reverie.diffusion.unet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reverie.diffusion.unet.Stage.Attention;
import dev.reverie.tensor.io.CheckpointException;
import dev.reverie.tensor.io.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnetConfigTest {
    private static final Map<String, String> SMALL = Map.of(
            "block_out_channels", "[8, 16]",
            "norm_num_groups", "4",
            "cross_attention_dim", "24",
            "attention_head_dim", "2",
            "down_block_types", "[\"CrossAttnDownBlock2D\", \"DownBlock2D\"]",
            "up_block_types", "[\"UpBlock2D\", \"CrossAttnUpBlock2D\"]");

    /** The small network with some options set, in place of its own where it has them. */
    private static Json json(String changed) throws IOException {
        Json own = Json.parse("own", "{" + changed + "}");
        List<String> members = new ArrayList<>();
        for (Map.Entry<String, String> member : SMALL.entrySet()) {
            if (!own.has(member.getKey())) {
                members.add("\"%s\": %s".formatted(member.getKey(), member.getValue()));
            }
        }
        if (!changed.isEmpty()) {
            members.add(changed);
        }
        return Json.parse("config.json", "{" + String.join(", ", members) + "}");
    }

    private static UnetConfig read(String changed) throws IOException {
        return UnetConfig.read(json(changed));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "norm_num_groups": 3                       | norm_num_groups 3
            "norm_num_groups": 0                       | norm_num_groups 0
            "norm_num_groups": null                    | norms are not supported
            "norm_eps": -1                             | norm_eps -1.0
            "attention_head_dim": 3                    | 3 heads do not divide 8 channels
            "attention_head_dim": null                 | 0 heads do not divide
            "attention_head_dim": [2]                  | has 1 entries; block_out_channels has 2
            "block_out_channels": []                   | has 2 entries; block_out_channels has 0
            "block_out_channels": [8, 16, 16]          | has 2 entries; block_out_channels has 3
            "block_out_channels": [8, 1073741824]      | must be from 1 to 8192
            "block_out_channels": [-8, 16]             | -8
            "layers_per_block": 0                      | layers_per_block
            "layers_per_block": 2000000000             | layers_per_block
            "layers_per_block": [1, 2, 3]              | has 3 entries
            "down_block_types": []                     | has 0 entries
            "down_block_types": ["KDownBlock2D", "DownBlock2D"] | or CrossAttnDownBlock2D, not "KDownBlock2D"
            "up_block_types": ["UpBlock2D", "SimpleCrossAttnUpBlock2D"] | or CrossAttnUpBlock2D, not "SimpleCrossAttnUpBlock2D"
            "up_block_types": ["UpBlock2D"]            | has 1 entries
            "mid_block_type": "UNetMidBlock2DSimpleCrossAttn" | "mid_block_type" must be UNetMidBlock2D or UNetMidBlock2DCrossAttn, not "UNetMidBlock2DSimple
            "cross_attention_dim": 0                   | cross_attention_dim 0
            "transformer_layers_per_block": [1]        | has 1 entries
            "transformer_layers_per_block": -1         | transformer_layers_per_block -1
            "transformer_layers_per_block": [[], 1]    | transformer_layers_per_block
            "transformer_layers_per_block": [1, []]    | transformer_layers_per_block
            "transformer_layers_per_block": [[1, 1], 1]| must have one number for each of 3 layers
            "only_cross_attention": [true]             | has 1 entries
            "act_fn": "gelu"                           | "act_fn" must be "silu", not "gelu"
            "dual_cross_attention": true               | must be false, not true
            "num_attention_heads": 8                   | must be null: nothing else is supported, not 8
            "encoder_hid_dim": 32                      | "encoder_hid_dim" must be null
            "time_embedding_type": "fourier"           | must be "positional", not "fourier"
            "class_embeddings_concat": true            | must be false
            "resnet_out_scale_factor": 1.5             | must be 1.0, not 1.5
            "class_embed_type": "vector"               | projection or simple_projection, not "vector"
            "class_embed_type": "projection"           | projection_class_embeddings_input_dim 0
            "num_class_embeds": -3                     | num_class_embeds -3
            "addition_embed_type": "image_hint"        | must be text_time
            "resnet_time_scale_shift": "ada_group"     | must be default or scale_shift
            "conv_in_kernel": 4                        | conv_in_kernel 4 must be odd
            "downsample_padding": 2                    | must be 0 or 1
            "freq_shift": 4                            | freq_shift 4.0
            "in_channels": 0                           | in_channels 0
            "out_channels": -1                         | out_channels -1
            "_class_name": "PriorTransformer"          | "_class_name" must be UNet2DConditionModel, UNet2DModel or ControlNetModel, not "Prior
            "hyper_connections": 4                     | is an option that this library does not know
            """)
    void case26WhatIsNotDoneIsRefusedByName(String option, String message) {
        CheckpointException refused = assertThrows(CheckpointException.class, () -> read(option));
        assertTrue(String.valueOf(refused.getMessage()).contains(message), refused::getMessage);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "controlnet_conditioning_channel_order": "gbr" | order" must be rgb or bgr, not "gbr"
            "conv_in_kernel": 5                            | is an option that this library does not know
            "addition_embed_type": "text"                  | "addition_embed_type" must be text_time, not "text"
            "encoder_hid_dim_type": "text_proj"            | must be null: nothing else is supported, not "text_proj"
            """)
    void case26ThoseOfAControlNetToo(String option, String message) throws IOException {
        String control = "\"_class_name\": \"ControlNetModel\", \"up_block_types\": null, ";
        ControlNetConfig.read(json(control + "\"conditioning_channels\": 3"));
        CheckpointException refused =
                assertThrows(CheckpointException.class, () -> ControlNetConfig.read(json(control + option)));
        assertTrue(String.valueOf(refused.getMessage()).contains(message), refused::getMessage);
    }

    @Test
    void oneNumberStandsForAllStages() throws IOException {
        UnetConfig config = read("\"layers_per_block\": 3, \"transformer_layers_per_block\": 2");
        assertEquals(List.of(2, 2, 2), config.encoder().stages().getFirst().depths());
        assertEquals(List.of(2, 2, 2, 2), config.up().getLast().depths());
        assertEquals(List.of(), config.up().getFirst().depths());
        assertEquals(4, config.up().getFirst().layers());
    }

    @Test
    void aStageMayHaveADepthForEachLayer() throws IOException {
        UnetConfig config = read("""
                "layers_per_block": [2, 1], "transformer_layers_per_block": [[1, 3], 4],
                "reverse_transformer_layers_per_block": [1, [5, 6, 7]]""");
        assertEquals(List.of(1, 3), config.encoder().stages().getFirst().depths());
        assertEquals(List.of(5, 6, 7), config.up().getLast().depths());
        assertEquals(
                List.of(4), Objects.requireNonNull(config.encoder().middle()).depths());
    }

    @Test
    void aMiddleMayBeMissing() throws IOException {
        assertNull(read("\"mid_block_type\": null").encoder().middle());
    }

    @Test
    void withoutAContextTheOptionIsTheWidthOfAHead() throws IOException {
        UnetConfig config = UnetConfig.read(Json.parse("config.json", """
                {"_class_name": "UNet2DModel", "block_out_channels": [32, 64], "attention_head_dim": 8,
                 "down_block_types": ["DownBlock2D", "AttnDownBlock2D"],
                 "up_block_types": ["AttnUpBlock2D", "UpBlock2D"]}"""));
        assertEquals(8, config.up().getFirst().heads());
        assertEquals(Attention.SELF, config.up().getFirst().attention());
        assertEquals(3, config.outChannels());
    }

    @Test
    void whatTrainingLeftInAFileChangesNothing() throws IOException {
        assertEquals(
                read(""),
                read("\"decay\": 0.9999, \"power\": 0.75, \"_name_or_path\": \"x\", \"upcast_attention\": true"));
    }
}
