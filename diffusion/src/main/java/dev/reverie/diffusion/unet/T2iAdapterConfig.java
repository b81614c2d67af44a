package dev.reverie.diffusion.unet;

import dev.reverie.diffusion.block.Options;
import dev.reverie.tensor.io.CheckpointException;
import dev.reverie.tensor.io.Json;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Sizes of a T2I-Adapter, as its {@code config.json} has them.
 *
 * @param imageChannels of the control image: 3, or 1 for its grey
 * @param channels of the maps that it makes, the largest first; a light adapter makes one more, of the last
 * @param layers residual blocks of each map
 * @param imageFactor how much larger a control image is than the first map, a side
 */
public record T2iAdapterConfig(Kind kind, int imageChannels, List<Integer> channels, int layers, int imageFactor) {

    /** How the network is built. */
    public enum Kind {
        /** Each map but the first is half as large. */
        FULL("full_adapter"),
        /** Of four maps the third is half as large, as SDXL's stages are. */
        FULL_XL("full_adapter_xl"),
        /** As the full one, with blocks of a quarter of the channels. */
        LIGHT("light_adapter");

        final String word;

        Kind(String word) {
            this.word = word;
        }
    }

    private static final Options OPTIONS = new Options(
            Set.of("in_channels", "channels", "num_res_blocks", "downscale_factor", "adapter_type"), Map.of());

    public T2iAdapterConfig {
        channels = List.copyOf(channels);
        if (imageChannels != 1 && imageChannels != 3) {
            throw new IllegalArgumentException("in_channels %d must be 1 or 3".formatted(imageChannels));
        }
        Stage.requireBetween("number of channels", channels.size(), 1, 8);
        Stage.requireBetween("num_res_blocks", layers, 0, 100);
        Stage.requireBetween("downscale_factor", imageFactor, 1, 64);
        for (int i = 0; i < channels.size(); i++) {
            Stage.requireBetween("channels", channels.get(i), 1, 8192);
            requireBuildable(kind, channels, i);
        }
    }

    private static void requireBuildable(Kind kind, List<Integer> channels, int i) {
        if (kind == Kind.LIGHT && channels.get(i) % 4 != 0) {
            throw new IllegalArgumentException(
                    "channels %s of a light adapter must be multiples of 4".formatted(channels));
        }
        if (kind == Kind.FULL_XL && i >= 3 && !channels.get(i).equals(channels.get(i - 1))) {
            throw new IllegalArgumentException(
                    "channels %s of an adapter for SDXL must be the same from the third on".formatted(channels));
        }
    }

    /** Reads {@code config.json}; options that the library does not do are refused. */
    public static T2iAdapterConfig read(Json json) throws CheckpointException {
        OPTIONS.check(json);
        String word = json.getString("adapter_type", Kind.FULL.word);
        Kind kind = Arrays.stream(Kind.values())
                .filter(k -> k.word.equals(word))
                .findFirst()
                .orElse(null);
        if (kind == null) {
            throw json.get("adapter_type").otherThan("full_adapter, full_adapter_xl or light_adapter");
        }
        int[] channels = json.find("channels") == null ? new int[] {320, 640, 1280, 1280} : json.getInts("channels");
        try {
            return new T2iAdapterConfig(
                    kind,
                    json.getInt("in_channels", 3),
                    Arrays.stream(channels).boxed().toList(),
                    json.getInt("num_res_blocks", 2),
                    json.getInt("downscale_factor", 8));
        } catch (IllegalArgumentException e) {
            throw json.fault(String.valueOf(e.getMessage()));
        }
    }
}
