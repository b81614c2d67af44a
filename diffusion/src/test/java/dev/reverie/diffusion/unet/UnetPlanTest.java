package dev.reverie.diffusion.unet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.Workspace;
import dev.reverie.tensor.io.Json;
import dev.reverie.tensor.io.WeightScope;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Plans of the published networks, without their weights. */
class UnetPlanTest {
    private static final String SD15 = """
            {"_class_name": "UNet2DConditionModel", "_diffusers_version": "0.6.0", "act_fn": "silu",
             "attention_head_dim": 8, "block_out_channels": [320, 640, 1280, 1280], "center_input_sample": false,
             "cross_attention_dim": 768,
             "down_block_types": ["CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"],
             "downsample_padding": 1, "flip_sin_to_cos": true, "freq_shift": 0, "in_channels": 4,
             "layers_per_block": 2, "mid_block_scale_factor": 1, "norm_eps": 1e-05, "norm_num_groups": 32,
             "out_channels": 4, "sample_size": 64,
             "up_block_types": ["UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D"]}
            """;

    private static final String SDXL = """
            {"_class_name": "UNet2DConditionModel", "addition_embed_type": "text_time", "addition_time_embed_dim": 256,
             "attention_head_dim": [5, 10, 20], "block_out_channels": [320, 640, 1280], "cross_attention_dim": 2048,
             "down_block_types": ["DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"],
             "mid_block_type": "UNetMidBlock2DCrossAttn", "num_attention_heads": null,
             "projection_class_embeddings_input_dim": 2816, "transformer_layers_per_block": [1, 2, 10],
             "up_block_types": ["CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"],
             "upcast_attention": null, "use_linear_projection": true}
            """;

    private record Plan(long multiplyAdds, long peakBytes, int crossSites, Duration time) {}

    private static Tensor measured(int... sizes) {
        return Tensor.measured(Shape.of(sizes));
    }

    private static Plan plan(String config, int side, int contextWidth, boolean pooled) throws IOException {
        long start = System.nanoTime();
        Unet unet = Unet.load(WeightScope.measuring(), UnetConfig.read(Json.parse("config.json", config)));
        try (Workspace workspace = Workspace.measuring();
                Frame frame = workspace.frame()) {
            Conditions conditions = Conditions.of(unet.context(frame, measured(2, 77, contextWidth)));
            if (pooled) {
                conditions = conditions.withPooledText(measured(2, 1280), measured(2, 6));
            }
            workspace.stage("step");
            Tensor y = unet.apply(frame, measured(2, side, side, 4), measured(2), conditions, null, () -> {});
            assertEquals(Shape.of(2, side, side, 4), y.shape());
            return new Plan(
                    workspace.stageCosts().getFirst().multiplyAdds(),
                    workspace.peakBytes(),
                    unet.crossSites().size(),
                    Duration.ofNanos(System.nanoTime() - start));
        }
    }

    @Test
    void stableDiffusion15() throws IOException {
        Plan plan = plan(SD15, 64, 768, false);
        assertEquals(800_321_372_160L, plan.multiplyAdds); // 401 10^9 a sample are what is published
        assertEquals(16, plan.crossSites);
        assertTrue(plan.peakBytes < 500_000_000, plan.toString());
        assertTrue(plan.time.toMillis() < 3000, plan.toString());
    }

    @Test
    void stableDiffusionXl() throws IOException {
        Plan plan = plan(SDXL, 128, 2048, true);
        assertEquals(70, plan.crossSites);
        assertTrue(plan.peakBytes < 1_250_000_000, plan.toString());
    }
}
