package dev.reverie.diffusion.unet;

import java.util.List;

/**
 * What a network has at one resolution of its way down or up.
 *
 * @param attention what follows each residual block
 * @param channels of the map
 * @param layers residual blocks
 * @param heads of the attention
 * @param depths transformer blocks after each residual block; empty without {@link Attention#TRANSFORMER}
 * @param contextWidth channels of the text states
 * @param onlyCross whether even the first attention of a transformer block looks at the text
 */
public record Stage(
        Attention attention,
        int channels,
        int layers,
        int heads,
        List<Integer> depths,
        int contextWidth,
        boolean onlyCross) {

    /** Most channels of a stage: more would not fit a tensor's 2^31 elements. */
    private static final int MOST_CHANNELS = 8192;

    /** What follows a residual block. */
    public enum Attention {
        NONE,
        /** Of the map to itself. */
        SELF,
        /** Transformer blocks: to itself, then to the text. */
        TRANSFORMER
    }

    public Stage {
        requireBetween("block_out_channels", channels, 1, MOST_CHANNELS);
        requireBetween("layers_per_block", layers, 0, 100);
        if (depths.size() > layers) {
            throw new IllegalArgumentException(
                    "transformer_layers_per_block has %d numbers for %d layers".formatted(depths.size(), layers));
        }
        depths = List.copyOf(depths);
        if (attention != Attention.NONE && (heads < 1 || channels % heads != 0)) {
            throw new IllegalArgumentException(
                    "attention_head_dim: %d heads do not divide %d channels".formatted(heads, channels));
        }
        if (attention == Attention.TRANSFORMER) {
            requireBetween("cross_attention_dim", contextWidth, 1, 1 << 16);
            if (depths.size() != layers) {
                throw new IllegalArgumentException(
                        "transformer_layers_per_block %s must have one number for each of %d layers"
                                .formatted(depths, layers));
            }
            depths.forEach(depth -> requireBetween("transformer_layers_per_block", depth, 0, 100));
        }
    }

    static void requireBetween(String option, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException("%s %d must be from %d to %d".formatted(option, value, least, most));
        }
    }
}
