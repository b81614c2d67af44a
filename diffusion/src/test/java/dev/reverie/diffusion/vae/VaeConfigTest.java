package dev.reverie.diffusion.vae;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reverie.tensor.io.CheckpointException;
import dev.reverie.tensor.io.Json;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VaeConfigTest {
    private static final String TYPES =
            ", \"down_block_types\": [\"DownEncoderBlock2D\"], \"up_block_types\": [\"UpDecoderBlock2D\"]}";

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "block_out_channels": [], "norm_num_groups": 4                                | must be 0 times
            "block_out_channels": [8, 8], "norm_num_groups": 4                            | must be 2 times DownEncoderBlock2D, not [DownEncoderBlock2D]
            "block_out_channels": [10], "norm_num_groups": 4                              | norm_num_groups 4
            "block_out_channels": [8], "norm_num_groups": 0                               | norm_num_groups 0
            "block_out_channels": [8], "norm_num_groups": 4, "layers_per_block": 0        | layers_per_block 0
            "block_out_channels": [8], "norm_num_groups": 4, "scaling_factor": 0          | scaling_factor 0.0
            "block_out_channels": [8], "norm_num_groups": 4, "latents_mean": [0, 0, 0, 0] | both latents_mean and latents_std
            "block_out_channels": [8], "norm_num_groups": 4, "latents_std": [1]           | 1 numbers for 4 latent channels
            "block_out_channels": [8], "norm_num_groups": 4, "out_channels": 4            | must be in_channels
            "block_out_channels": [8], "norm_num_groups": 4, "act_fn": "relu"             | "act_fn" must be "silu", not "relu"
            "block_out_channels": [8], "norm_num_groups": 4, "spatial_norm": true         | does not know
            "block_out_channels": [8], "norm_num_groups": 4, "sample_size": []            | an integer
            """)
    void case26FaultsOfTheVariationalOneAreNamed(String options, String message) {
        CheckpointException refused = assertThrows(
                CheckpointException.class, () -> KlConfig.read(Json.parse("config.json", "{" + options + TYPES)));
        assertTrue(String.valueOf(refused.getMessage()).contains(message), refused::getMessage);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "encoder_block_out_channels": [16, 16]                   | must be one number, 4 times
            "encoder_block_out_channels": [16, 16, 32, 16]           | must be one number, 4 times
            "num_encoder_blocks": [], "num_decoder_blocks": []       | number of num_encoder_blocks 0
            "num_encoder_blocks": [1, 2, 3]                          | must have equal lengths
            "num_encoder_blocks": [1, -2, 3, 3]                      | num_encoder_blocks -2
            "upsampling_scaling_factor": 3                           | must be 2.0, not 3
            "upsample_fn": "bilinear"                                | "upsample_fn" must be "nearest", not "bilinear"
            "use_midblock_gn": true, "midblock_gn_groups": 7         | midblock_gn_groups 7
            "use_midblock_gn": true, "midblock_gn_eps": 0            | midblock_gn_eps 0.0
            "latent_channels": 0                                     | latent_channels 0
            """)
    void case26FaultsOfTheTinyOneAreNamed(String options, String message) {
        CheckpointException refused = assertThrows(
                CheckpointException.class, () -> TinyConfig.read(Json.parse("config.json", "{" + options + "}")));
        assertTrue(String.valueOf(refused.getMessage()).contains(message), refused::getMessage);
    }

    @Test
    void oldFilesLeaveMuchOut() throws IOException {
        KlConfig config = KlConfig.read(Json.parse("config.json", """
                {"_class_name": "AutoencoderKL", "_diffusers_version": "0.2.2", "act_fn": "silu",
                 "block_out_channels": [128, 256, 512, 512],
                 "down_block_types": ["DownEncoderBlock2D", "DownEncoderBlock2D", "DownEncoderBlock2D", "DownEncoderBlock2D"],
                 "in_channels": 3, "latent_channels": 4, "layers_per_block": 2, "out_channels": 3, "sample_size": 512,
                 "up_block_types": ["UpDecoderBlock2D", "UpDecoderBlock2D", "UpDecoderBlock2D", "UpDecoderBlock2D"]}"""));
        assertEquals(8, config.spatialFactor());
        assertEquals(new Tiling(64, 0.25), config.tiling());
        assertEquals(new LatentScale(0.18215, List.of(), List.of()), config.scale());
    }
}
