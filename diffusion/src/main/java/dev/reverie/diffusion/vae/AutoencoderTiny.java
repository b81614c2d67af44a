package dev.reverie.diffusion.vae;

import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.io.WeightScope;
import org.jspecify.annotations.Nullable;

/**
 * An autoencoder of a few million numbers that stands in for a large one (madebyollin/taesd; huggingface/diffusers,
 * models/autoencoders/autoencoder_tiny.py): a tenth of the work, a little less detail.
 */
public final class AutoencoderTiny implements Autoencoder {
    private final TinyEncoder encoder;
    private final TinyDecoder decoder;
    private final TinyConfig config;

    private AutoencoderTiny(TinyEncoder encoder, TinyDecoder decoder, TinyConfig config) {
        this.encoder = encoder;
        this.decoder = decoder;
        this.config = config;
    }

    /** Reads the tensors of an {@code AutoencoderTiny}. */
    public static AutoencoderTiny load(WeightScope scope, TinyConfig config) {
        return new AutoencoderTiny(
                TinyEncoder.load(scope.at("encoder.layers"), config),
                TinyDecoder.load(scope.at("decoder.layers"), config),
                config);
    }

    public TinyConfig config() {
        return config;
    }

    @Override
    public int latentChannels() {
        return config.latentChannels();
    }

    @Override
    public LatentScale latentScale() {
        return config.scale();
    }

    @Override
    public int spatialFactor() {
        return config.spatialFactor();
    }

    /** A picture whose sides are no multiples of the factor gives latents of the next larger size. */
    @Override
    public Tensor encode(
            Frame caller, Tensor image, @Nullable Tensor noise, @Nullable Tiling tiling, Runnable onBlock) {
        AutoencoderKl.requireMap(image, "a picture", config.imageChannels());
        int factor = spatialFactor();
        Tiles tiles = tiling == null ? null : Tiles.encoding(tiling, factor);
        Shape result = Shape.of(
                image.dim(0),
                Math.ceilDiv(image.dim(1), factor),
                Math.ceilDiv(image.dim(2), factor),
                config.latentChannels());
        try (Frame frame = caller.frame()) {
            Tensor latents =
                    Tiles.run(frame, tiles, image, result, (inner, tile) -> encoder.apply(inner, tile, onBlock));
            return frame.keep(config.scale().toDiffused(frame, latents));
        }
    }

    @Override
    public Tensor decode(Frame caller, Tensor latents, @Nullable Tiling tiling, Runnable onBlock) {
        AutoencoderKl.requireMap(latents, "latents", config.latentChannels());
        int factor = spatialFactor();
        Tiles tiles = tiling == null ? null : Tiles.decoding(tiling, factor);
        try (Frame frame = caller.frame()) {
            Tensor own = config.scale().fromDiffused(frame, latents);
            Shape result = Shape.of(own.dim(0), own.dim(1) * factor, own.dim(2) * factor, config.imageChannels());
            return frame.keep(
                    Tiles.run(frame, tiles, own, result, (inner, tile) -> decoder.apply(inner, tile, onBlock)));
        }
    }
}
