package dev.reverie.diffusion.unet;

import dev.reverie.tensor.io.CheckpointException;
import dev.reverie.tensor.io.Json;
import java.util.List;

/**
 * Sizes of a U-Net, as the {@code config.json} of a {@code UNet2DConditionModel} or a {@code UNet2DModel} has them.
 *
 * @param encoder the way down and the middle
 * @param up stages of the way up, the smallest map first
 * @param outChannels of a prediction
 * @param outKernel taps a side of the last convolution, odd
 */
public record UnetConfig(EncoderConfig encoder, List<Stage> up, int outChannels, int outKernel) {
    public UnetConfig {
        up = List.copyOf(up);
        Stage.requireBetween("out_channels", outChannels, 1, 8192);
        EncoderConfig.requireKernel("conv_out_kernel", outKernel);
    }

    /** Reads {@code config.json}; options that the library does not do are refused. */
    public static UnetConfig read(Json json) throws CheckpointException {
        ConfigReader reader = ConfigReader.of(json);
        try {
            return new UnetConfig(
                    reader.encoder(),
                    reader.up(),
                    json.getInt("out_channels", reader.defaultChannels()),
                    json.getInt("conv_out_kernel", 3));
        } catch (IllegalArgumentException e) {
            throw json.fault(String.valueOf(e.getMessage()));
        }
    }
}
