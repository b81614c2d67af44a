package dev.reverie.diffusion.vae;

import dev.reverie.diffusion.block.Grouping;
import dev.reverie.diffusion.block.Options;
import dev.reverie.tensor.io.CheckpointException;
import dev.reverie.tensor.io.Json;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Sizes of an autoencoder, as the {@code config.json} of an {@code AutoencoderKL} has them.
 *
 * @param imageChannels of pictures
 * @param latentChannels of latents
 * @param channels of each stage, the largest map first; each but the first is half as large
 * @param layers residual blocks of each stage of the encoder; the decoder has one more
 * @param normGroups groups of the group norms; they divide all channels
 * @param quantConv whether the encoder ends with a layer of its own
 * @param postQuantConv whether the decoder begins with one
 * @param middleAttention whether there is attention at the smallest size
 * @param tileSize side of the pictures that it was trained on, the usual size of tiles
 * @param scale between its latents and those that a model diffuses
 */
public record KlConfig(
        int imageChannels,
        int latentChannels,
        List<Integer> channels,
        int layers,
        int normGroups,
        boolean quantConv,
        boolean postQuantConv,
        boolean middleAttention,
        int tileSize,
        LatentScale scale) {

    private static final double EPS = 1e-6;

    private static final Options OPTIONS = new Options(
            Set.of(
                    "in_channels",
                    "out_channels",
                    "down_block_types",
                    "up_block_types",
                    "block_out_channels",
                    "layers_per_block",
                    "latent_channels",
                    "norm_num_groups",
                    "scaling_factor",
                    "shift_factor",
                    "latents_mean",
                    "latents_std",
                    "force_upcast", // everything is computed in float32
                    "use_quant_conv",
                    "use_post_quant_conv",
                    "mid_block_add_attention"),
            Map.of("act_fn", List.of("silu")));

    public KlConfig {
        channels = List.copyOf(channels);
        requireBetween("in_channels", imageChannels, 1, 64);
        requireBetween("latent_channels", latentChannels, 1, 1024);
        requireBetween("layers_per_block", layers, 1, 100);
        requireBetween("number of block_out_channels", channels.size(), 1, 10);
        requireBetween("sample_size", tileSize, 1, 1 << 20);
        Grouping norms = new Grouping(normGroups, EPS);
        for (int count : channels) {
            requireBetween("block_out_channels", count, 1, 8192);
            norms.requireDivides(count);
        }
    }

    static void requireBetween(String option, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException("%s %d must be from %d to %d".formatted(option, value, least, most));
        }
    }

    /** Reads {@code config.json}; options that the library does not do are refused. */
    public static KlConfig read(Json json) throws CheckpointException {
        OPTIONS.check(json);
        int images = json.getInt("in_channels", 3);
        if (json.getInt("out_channels", 3) != images) {
            throw json.get("out_channels").otherThan("in_channels, " + images);
        }
        int[] channels = json.getInts("block_out_channels");
        requireTypes(json, "down_block_types", "DownEncoderBlock2D", channels.length);
        requireTypes(json, "up_block_types", "UpDecoderBlock2D", channels.length);
        int latents = json.getInt("latent_channels", 4);
        try {
            return new KlConfig(
                    images,
                    latents,
                    Arrays.stream(channels).boxed().toList(),
                    json.getInt("layers_per_block", 1),
                    json.getInt("norm_num_groups", 32),
                    json.getBoolean("use_quant_conv", true),
                    json.getBoolean("use_post_quant_conv", true),
                    json.getBoolean("mid_block_add_attention", true),
                    tileSize(json),
                    LatentScale.read(json, 0.18215, latents));
        } catch (IllegalArgumentException e) {
            throw json.fault(String.valueOf(e.getMessage()));
        }
    }

    private static int tileSize(Json json) throws CheckpointException {
        Json size = json.find("sample_size");
        if (size == null) {
            return 32;
        }
        return size.isList() ? size.asList().stream().findFirst().orElse(size).asInt() : size.asInt();
    }

    private static void requireTypes(Json json, String option, String type, int count) throws CheckpointException {
        List<String> types = json.getStrings(option);
        if (types.size() != count || !types.stream().allMatch(type::equals)) {
            throw json.get(option).fault("must be %d times %s, not %s".formatted(count, type, types));
        }
    }

    /** How much larger a picture is than its latents, a side. */
    public int spatialFactor() {
        return 1 << (channels.size() - 1);
    }

    /** Tiles as the reference takes them: as large as the pictures of the training, a quarter shared. */
    public Tiling tiling() {
        return new Tiling(tileSize / spatialFactor(), 0.25);
    }

    Grouping norms() {
        return new Grouping(normGroups, EPS);
    }
}
