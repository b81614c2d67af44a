package dev.reverie.diffusion.family;

import dev.reverie.diffusion.Enlargement;
import dev.reverie.diffusion.Image;
import dev.reverie.diffusion.ImageRequest;
import dev.reverie.diffusion.StartImage;
import dev.reverie.diffusion.image.PipelineProcessor;
import dev.reverie.diffusion.image.PixelTensor;
import dev.reverie.diffusion.schedule.NoiseLevels;
import dev.reverie.diffusion.vae.Autoencoder;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Resampling;
import dev.reverie.tensor.Resampling.Interpolation;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;

/**
 * The second pass of a picture that is enlarged: what it is asked for, and the latents that it draws again.
 *
 * @param by how the picture is enlarged
 * @param leg the larger picture's request and inputs, but for the latents
 */
record SecondPass(Enlargement.By by, Leg leg) {
    /** Of {@link dev.reverie.tensor.Workspace#stage}. */
    static final String STAGE = "enlarge";

    /**
     * It looks at the given picture anew, in the larger size, where it has to.
     *
     * @param request of the first pass, as {@code inputs}
     * @throws IllegalArgumentException if the picture would not grow, or its ratio would change
     */
    static SecondPass of(StableDiffusionParts parts, ImageRequest request, RunInputs inputs, Enlargement enlargement) {
        int unit = parts.autoencoder().spatialFactor();
        int width = enlargement.widthOf(inputs.width(), unit);
        int height = enlargement.heightOf(inputs.height(), unit);
        boolean grows = width >= inputs.width() && height >= inputs.height();
        long stretch = Math.abs((long) width * inputs.height() - (long) height * inputs.width());
        if (!grows || stretch >= (long) unit * Math.max(inputs.width(), inputs.height())) {
            throw new IllegalArgumentException("enlarging %d x %d to %d x %d pixels: it must grow and keep its ratio"
                    .formatted(inputs.width(), inputs.height(), width, height));
        }
        StartImage start = request.start();
        boolean looksAgain = start != null && (start.mask() != null || parts.editsByInstruction());
        ImageRequest again = request(request, enlargement, width, height, looksAgain);
        Redrawn redrawn = new Redrawn(parts.steps(again), enlargement.strength());
        RunInputs larger = RunInputs.of(parts, again)
                .withTexts(inputs.texts())
                .withRedrawn(redrawn)
                .until(inputs.until());
        return new SecondPass(enlargement.by(), new Leg(parts, again, larger));
    }

    /** Its own size, steps and guidance scale; a list of noise levels is the first pass's alone. */
    private static ImageRequest request(
            ImageRequest first, Enlargement enlargement, int width, int height, boolean looksAgain) {
        NoiseLevels levels = first.noiseLevels();
        return new ImageRequest(
                first.prompt(),
                first.negativePrompt(),
                first.secondPrompt(),
                first.secondNegativePrompt(),
                width,
                height,
                enlargement.steps() == null ? first.steps() : enlargement.steps(),
                enlargement.guidanceScale() == null ? first.guidanceScale() : enlargement.guidanceScale(),
                first.guidanceRescale(),
                first.seed(),
                first.count(),
                first.scheduler(),
                levels != null && levels.count() > 0 ? null : levels,
                first.clipSkip(),
                first.weightedPrompt(),
                looksAgain ? first.start() : null,
                first.controls(),
                first.references(),
                first.sizes(),
                null,
                first.tileable());
    }

    /** Shape of its latents. */
    Shape enlarged(Shape latents) {
        int factor = leg.parts().autoencoder().spatialFactor();
        return latents.with(1, leg.inputs().height() / factor)
                .with(2, leg.inputs().width() / factor);
    }

    /** Latents of the first pass in the size of the second, of no workspace. */
    Tensor enlarged(Frame caller, Tensor latents, Runnable onBlock) {
        Shape large = enlarged(latents.shape());
        try (Frame frame = caller.frame()) {
            frame.workspace().stage(STAGE);
            Tensor result = switch (by) {
                case LATENT -> interpolated(frame, latents, Interpolation.LINEAR, large);
                case LATENT_NEAREST -> interpolated(frame, latents, Interpolation.NEAREST, large);
                case LATENT_BICUBIC -> interpolated(frame, latents, Interpolation.CUBIC, large);
                case LANCZOS -> byPixels(frame, latents, large, onBlock);
            };
            return frame.isMeasuring() ? Tensor.measured(large) : result.detach();
        }
    }

    private static Tensor interpolated(Frame frame, Tensor latents, Interpolation by, Shape large) {
        return RingResize.apply(
                frame, latents, large.dim(1), large.dim(2), (x, h, w) -> Resampling.resize(frame, x, by, h, w));
    }

    private Tensor byPixels(Frame frame, Tensor latents, Shape large, Runnable onBlock) {
        StableDiffusionParts parts = leg.parts();
        Autoencoder autoencoder = parts.autoencoder();
        Tensor small = autoencoder.decode(frame, latents, parts.tiling(latents), onBlock);
        Tensor pixels = RingResize.apply(
                frame, small, leg.inputs().height(), leg.inputs().width(), SecondPass::lanczos);
        return autoencoder.encode(frame, pixels, null, parts.tiling(Tensor.measured(large)), onBlock);
    }

    private static Tensor lanczos(Tensor pixels, int height, int width) {
        if (pixels.isMeasured()) {
            return Tensor.measured(pixels.shape().with(1, height).with(2, width));
        }
        Image image = PixelTensor.image(pixels);
        return PipelineProcessor.picture(image, width, height);
    }
}
