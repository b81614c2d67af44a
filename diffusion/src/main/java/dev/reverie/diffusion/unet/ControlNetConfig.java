package dev.reverie.diffusion.unet;

import dev.reverie.tensor.io.CheckpointException;
import dev.reverie.tensor.io.Json;
import java.util.Arrays;
import java.util.List;

/**
 * Sizes of a ControlNet, as its {@code config.json} has them.
 *
 * @param encoder the copy of a U-Net's way down and middle
 * @param imageChannels of the control image
 * @param embeddingChannels of the maps that it becomes, the largest first; each but the first is half as large
 * @param blueFirst whether the network was trained on images with blue first
 * @param pooled whether residuals are averaged over their map ({@code global_pool_conditions})
 */
public record ControlNetConfig(
        EncoderConfig encoder, int imageChannels, List<Integer> embeddingChannels, boolean blueFirst, boolean pooled) {

    public ControlNetConfig {
        embeddingChannels = List.copyOf(embeddingChannels);
        Stage.requireBetween("conditioning_channels", imageChannels, 1, 8192);
        Stage.requireBetween("number of conditioning_embedding_out_channels", embeddingChannels.size(), 1, 8);
        embeddingChannels.forEach(c -> Stage.requireBetween("conditioning_embedding_out_channels", c, 1, 8192));
        if (blueFirst && imageChannels != 3) {
            throw new IllegalArgumentException(
                    "controlnet_conditioning_channel_order bgr needs 3 conditioning_channels, not " + imageChannels);
        }
    }

    /** Reads {@code config.json}; options that the library does not do are refused. */
    public static ControlNetConfig read(Json json) throws CheckpointException {
        ConfigReader reader = ConfigReader.of(json);
        String order = json.getString("controlnet_conditioning_channel_order", "rgb");
        if (!order.equals("rgb") && !order.equals("bgr")) {
            throw json.get("controlnet_conditioning_channel_order").otherThan("rgb or bgr");
        }
        Json channels = json.find("conditioning_embedding_out_channels");
        int[] embedding = channels == null ? new int[] {16, 32, 96, 256} : channels.asInts();
        try {
            return new ControlNetConfig(
                    reader.encoder(),
                    json.getInt("conditioning_channels", 3),
                    Arrays.stream(embedding).boxed().toList(),
                    order.equals("bgr"),
                    json.getBoolean("global_pool_conditions", false));
        } catch (IllegalArgumentException e) {
            throw json.fault(String.valueOf(e.getMessage()));
        }
    }

    /** How much larger a control image is than a sample, a side. */
    public int imageFactor() {
        return 1 << (embeddingChannels.size() - 1);
    }
}
