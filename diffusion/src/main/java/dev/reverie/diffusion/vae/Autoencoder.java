package dev.reverie.diffusion.vae;

import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Turns pictures into the small maps that a model diffuses, and back. Pictures are {@code [N, H, W, 3]}, values -1 to 1;
 * decoded ones may pass these bounds a little.
 *
 * <p>Immutable; threads may share it.
 */
public sealed interface Autoencoder permits AutoencoderKl, AutoencoderTiny {

    /** Channels of latents. */
    int latentChannels();

    /** How much larger a picture is than its latents, a side. */
    int spatialFactor();

    /** Between its latents and those that a model diffuses. */
    LatentScale latentScale();

    /**
     * {@code image [N, H, W, 3] -> [N, h, w, C]}, as a model diffuses latents.
     *
     * @param noise standard normal, of the result's shape, for a sample of the distribution that a picture is encoded to;
     *     null for its mode, and without effect in autoencoders that encode to one point
     * @param tiling how a picture larger than a tile is cut to save memory; or null
     * @param onBlock called before each block; what it throws ends the encoding
     */
    Tensor encode(Frame frame, Tensor image, @Nullable Tensor noise, @Nullable Tiling tiling, Runnable onBlock);

    /**
     * {@code latents [N, h, w, C] -> [N, H, W, 3]}.
     *
     * @param tiling how latents larger than a tile are cut to save memory; or null
     * @param onBlock called before each block; what it throws ends the decoding
     */
    Tensor decode(Frame frame, Tensor latents, @Nullable Tiling tiling, Runnable onBlock);
}
