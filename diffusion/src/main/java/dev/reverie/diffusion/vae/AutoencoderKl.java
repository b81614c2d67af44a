package dev.reverie.diffusion.vae;

import dev.reverie.diffusion.block.Geometries;
import dev.reverie.nn.Conv;
import dev.reverie.tensor.ConvGeometry;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.ShapeException;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.io.WeightScope;
import org.jspecify.annotations.Nullable;

/**
 * The variational autoencoder of Stable Diffusion and Flux (Rombach et al., arXiv 2112.10752; huggingface/diffusers,
 * models/autoencoders/autoencoder_kl.py).
 */
public final class AutoencoderKl implements Autoencoder {
    private final KlEncoder encoder;
    private final @Nullable Conv quantConv;
    private final @Nullable Conv postQuantConv;
    private final KlDecoder decoder;
    private final KlConfig config;

    private AutoencoderKl(
            KlEncoder encoder,
            @Nullable Conv quantConv,
            @Nullable Conv postQuantConv,
            KlDecoder decoder,
            KlConfig config) {
        this.encoder = encoder;
        this.quantConv = quantConv;
        this.postQuantConv = postQuantConv;
        this.decoder = decoder;
        this.config = config;
    }

    /** Reads the tensors of an {@code AutoencoderKL}. */
    public static AutoencoderKl load(WeightScope scope, KlConfig config) {
        int latents = config.latentChannels();
        ConvGeometry point = Geometries.POINT;
        return new AutoencoderKl(
                KlEncoder.load(scope.at("encoder"), config),
                config.quantConv() ? Conv.load(scope.at("quant_conv"), 2 * latents, 2 * latents, point) : null,
                config.postQuantConv() ? Conv.load(scope.at("post_quant_conv"), latents, latents, point) : null,
                KlDecoder.load(scope.at("decoder"), config),
                config);
    }

    public KlConfig config() {
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

    @Override
    public Tensor encode(
            Frame caller, Tensor image, @Nullable Tensor noise, @Nullable Tiling tiling, Runnable onBlock) {
        try (Frame frame = caller.frame()) {
            Gaussian encoded = distribution(frame, image, tiling, onBlock);
            Tensor latents = noise == null ? encoded.mean() : encoded.sample(frame, noise);
            return frame.keep(config.scale().toDiffused(frame, latents));
        }
    }

    @Override
    public Tensor decode(Frame caller, Tensor latents, @Nullable Tiling tiling, Runnable onBlock) {
        requireMap(latents, "latents", config.latentChannels());
        try (Frame frame = caller.frame()) {
            return frame.keep(decodeUnscaled(frame, config.scale().fromDiffused(frame, latents), tiling, onBlock));
        }
    }

    /** What {@code image [N, H, W, 3]} is encoded to, in the autoencoder's own scale. */
    public Gaussian distribution(Frame caller, Tensor image, @Nullable Tiling tiling, Runnable onBlock) {
        requireMap(image, "a picture", config.imageChannels());
        int factor = spatialFactor();
        if (image.dim(1) < factor || image.dim(2) < factor) {
            throw new ShapeException("autoencoder: a picture must have %d pixels or more a side; got %s"
                    .formatted(factor, image.shape()));
        }
        try (Frame frame = caller.frame()) {
            Tensor moments = moments(frame, image, tiling, onBlock);
            Gaussian encoded = Gaussian.of(frame, moments);
            return new Gaussian(frame.keep(encoded.mean()), frame.keep(encoded.logVariance()));
        }
    }

    private Tensor moments(Frame frame, Tensor image, @Nullable Tiling tiling, Runnable onBlock) {
        int factor = spatialFactor();
        Tiles tiles = tiling == null ? null : Tiles.encoding(tiling, factor);
        Shape result =
                Shape.of(image.dim(0), image.dim(1) / factor, image.dim(2) / factor, 2 * config.latentChannels());
        return Tiles.run(frame, tiles, image, result, (inner, tile) -> encodeWhole(inner, tile, onBlock));
    }

    /** Latents of the autoencoder's own scale to {@code [N, H, W, 3]}. */
    public Tensor decodeUnscaled(Frame frame, Tensor latents, @Nullable Tiling tiling, Runnable onBlock) {
        requireMap(latents, "latents", config.latentChannels());
        int factor = spatialFactor();
        Tiles tiles = tiling == null ? null : Tiles.decoding(tiling, factor);
        Shape result =
                Shape.of(latents.dim(0), latents.dim(1) * factor, latents.dim(2) * factor, config.imageChannels());
        return Tiles.run(frame, tiles, latents, result, (inner, tile) -> decodeWhole(inner, tile, onBlock));
    }

    private Tensor encodeWhole(Frame caller, Tensor image, Runnable onBlock) {
        try (Frame frame = caller.frame()) {
            Tensor moments = encoder.apply(frame, image, onBlock);
            return frame.keep(quantConv == null ? moments : quantConv.apply(frame, moments));
        }
    }

    private Tensor decodeWhole(Frame caller, Tensor latents, Runnable onBlock) {
        try (Frame frame = caller.frame()) {
            Tensor z = postQuantConv == null ? latents : postQuantConv.apply(frame, latents);
            return frame.keep(decoder.apply(frame, z, onBlock));
        }
    }

    static void requireMap(Tensor x, String what, int channels) {
        Shape shape = x.shape();
        if (shape.rank() != 4 || shape.dim(3) != channels || shape.elementCount() == 0) {
            throw new ShapeException(
                    "autoencoder: %s [N, H, W, %d] is wanted; got %s".formatted(what, channels, shape));
        }
    }
}
