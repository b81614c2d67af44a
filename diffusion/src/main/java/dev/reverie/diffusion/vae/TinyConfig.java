package dev.reverie.diffusion.vae;

import dev.reverie.diffusion.block.Options;
import dev.reverie.tensor.io.CheckpointException;
import dev.reverie.tensor.io.Json;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Sizes of a tiny autoencoder, as the {@code config.json} of an {@code AutoencoderTiny} has them, and of its descendant
 * for FLUX.2.
 *
 * @param imageChannels of pictures
 * @param latentChannels of latents
 * @param encoderWidth channels of all maps of the encoder
 * @param encoderBlocks blocks at each size, the largest map first
 * @param decoderWidth channels of all maps of the decoder
 * @param decoderBlocks blocks at each size, the smallest map first
 * @param pool what blocks at the latents' size begin with; null where they do not
 * @param scale between its latents and those that a model diffuses
 */
public record TinyConfig(
        int imageChannels,
        int latentChannels,
        int encoderWidth,
        List<Integer> encoderBlocks,
        int decoderWidth,
        List<Integer> decoderBlocks,
        @Nullable Pool pool,
        LatentScale scale) {

    private static final Options OPTIONS = new Options(
            Set.of(
                    "in_channels",
                    "out_channels",
                    "block_out_channels",
                    "encoder_block_out_channels",
                    "decoder_block_out_channels",
                    "num_encoder_blocks",
                    "num_decoder_blocks",
                    "latent_channels",
                    "latent_magnitude", // how latents are stored as bytes
                    "latent_shift", // the same
                    "scaling_factor",
                    "shift_factor",
                    "force_upcast",
                    "use_midblock_gn",
                    "midblock_gn_groups",
                    "midblock_gn_expand",
                    "midblock_gn_eps",
                    "image_range"), // of the layers, not of Autoencoder's pictures
            Map.of(
                    "act_fn", List.of("relu"),
                    "upsample_fn", List.of("nearest"),
                    "upsampling_scaling_factor", List.of(2.0)));

    /**
     * A part that looks at the whole map.
     *
     * @param groups of its norm
     * @param expansion how much wider it is inside
     * @param eps of its norm
     */
    public record Pool(int groups, int expansion, double eps) {
        public Pool {
            KlConfig.requireBetween("midblock_gn_groups", groups, 1, 8192);
            KlConfig.requireBetween("midblock_gn_expand", expansion, 1, 64);
            if (!(eps > 0) || eps > 1) {
                throw new IllegalArgumentException("midblock_gn_eps %s must be between 0 and 1".formatted(eps));
            }
        }
    }

    public TinyConfig {
        encoderBlocks = List.copyOf(encoderBlocks);
        decoderBlocks = List.copyOf(decoderBlocks);
        KlConfig.requireBetween("in_channels", imageChannels, 1, 64);
        KlConfig.requireBetween("latent_channels", latentChannels, 1, 1024);
        KlConfig.requireBetween("encoder_block_out_channels", encoderWidth, 1, 8192);
        KlConfig.requireBetween("decoder_block_out_channels", decoderWidth, 1, 8192);
        KlConfig.requireBetween("number of num_encoder_blocks", encoderBlocks.size(), 1, 10);
        encoderBlocks.forEach(n -> KlConfig.requireBetween("num_encoder_blocks", n, 0, 100));
        decoderBlocks.forEach(n -> KlConfig.requireBetween("num_decoder_blocks", n, 0, 100));
        if (encoderBlocks.size() != decoderBlocks.size()) {
            throw new IllegalArgumentException("num_encoder_blocks %s and num_decoder_blocks %s must have equal lengths"
                    .formatted(encoderBlocks, decoderBlocks));
        }
        if (pool != null
                && (encoderWidth * pool.expansion % pool.groups != 0
                        || decoderWidth * pool.expansion % pool.groups != 0)) {
            throw new IllegalArgumentException(
                    "midblock_gn_groups %d does not divide %d or %d channels, midblock_gn_expand %d"
                            .formatted(pool.groups, encoderWidth, decoderWidth, pool.expansion));
        }
    }

    /** Reads {@code config.json}; options that the library does not do are refused. */
    public static TinyConfig read(Json json) throws CheckpointException {
        OPTIONS.check(json);
        int images = json.getInt("in_channels", 3);
        if (json.getInt("out_channels", 3) != images) {
            throw json.get("out_channels").otherThan("in_channels, " + images);
        }
        List<Integer> encoder = blocks(json, "num_encoder_blocks", List.of(1, 3, 3, 3));
        List<Integer> decoder = blocks(json, "num_decoder_blocks", List.of(3, 3, 3, 1));
        int latents = json.getInt("latent_channels", 4);
        try {
            return new TinyConfig(
                    images,
                    latents,
                    width(json, "encoder_block_out_channels", encoder.size()),
                    encoder,
                    width(json, "decoder_block_out_channels", decoder.size()),
                    decoder,
                    pool(json),
                    LatentScale.read(json, 1, latents));
        } catch (IllegalArgumentException e) {
            throw json.fault(String.valueOf(e.getMessage()));
        }
    }

    private static List<Integer> blocks(Json json, String option, List<Integer> absent) throws CheckpointException {
        Json value = json.find(option);
        return value == null ? absent : Arrays.stream(value.asInts()).boxed().toList();
    }

    /** The one width of all stages: the reference's own layers fit together in no other case. */
    private static int width(Json json, String option, int stages) throws CheckpointException {
        Json value = json.find(option);
        if (value == null) {
            return 64;
        }
        int[] widths = value.asInts();
        if (widths.length != stages || Arrays.stream(widths).distinct().count() != 1) {
            throw value.fault("must be one number, %d times".formatted(stages));
        }
        return widths[0];
    }

    private static @Nullable Pool pool(Json json) throws CheckpointException {
        if (!json.getBoolean("use_midblock_gn", false)) {
            return null;
        }
        return new Pool(
                json.getInt("midblock_gn_groups", 4),
                json.getInt("midblock_gn_expand", 4),
                json.getDouble("midblock_gn_eps", 1e-5));
    }

    /** How much larger a picture is than its latents, a side. */
    public int spatialFactor() {
        return 1 << (encoderBlocks.size() - 1);
    }
}
