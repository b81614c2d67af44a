package dev.reverie.diffusion.family;

import dev.reverie.diffusion.Enlargement;
import dev.reverie.diffusion.Image;
import dev.reverie.diffusion.ImageRequest;
import dev.reverie.diffusion.StartImage;
import dev.reverie.diffusion.image.PipelineProcessor;
import dev.reverie.diffusion.image.PixelTensor;
import dev.reverie.diffusion.vae.Autoencoder;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Resampling;
import dev.reverie.tensor.Resampling.Interpolation;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All of one picture: a run, and where it is asked for, a second one that draws the enlarged picture again in part
 * (AUTOMATIC1111/stable-diffusion-webui, modules/processing.py, sample_hr_pass). Both begin the noise of their seed anew.
 */
final class PictureRun {
    static final String ENLARGE = "enlarge";

    private final StableDiffusionParts parts;
    private final Runnable onBlock;
    private final StableDiffusionRun.Observer observer;
    private final StableDiffusionRun first;
    private final @Nullable Enlargement enlargement;
    /** Of the second pass, or where there is none, of the first. */
    private final ImageRequest lastRequest;

    private final RunInputs lastInputs;
    private final int redrawnSteps;

    PictureRun(
            StableDiffusionParts parts,
            ImageRequest request,
            RunInputs inputs,
            StableDiffusionRun.Observer observer,
            Runnable onBlock) {
        this.parts = parts;
        this.onBlock = onBlock;
        this.observer = observer;
        this.enlargement = request.enlargement();
        this.lastRequest = enlargement == null ? request : larger(parts, request, inputs, enlargement);
        this.lastInputs = enlargement == null
                ? inputs
                : StableDiffusion.inputs(parts, lastRequest).withTexts(inputs.texts());
        this.first = new StableDiffusionRun(
                parts,
                request,
                inputs,
                (step, steps, timestep, result, latents) -> observer.onStep(step, steps(), timestep, result, latents),
                onBlock);
        this.redrawnSteps = enlargement == null
                ? 0
                : second(enlargement, Tensor.measured(largeShape())).steps();
    }

    private static ImageRequest larger(
            StableDiffusionParts parts, ImageRequest request, RunInputs inputs, Enlargement enlargement) {
        StartImage start = request.start();
        boolean partly = start != null && start.mask() != null;
        if (partly || parts.paintsInto() || parts.editsByInstruction()) {
            throw new IllegalArgumentException(
                    "a picture that is painted into or edited cannot be enlarged in the same request");
        }
        int unit = parts.autoencoder().spatialFactor();
        int width = enlargement.widthOf(inputs.width(), unit);
        int height = enlargement.heightOf(inputs.height(), unit);
        boolean grows = width >= inputs.width() && height >= inputs.height();
        long stretch = Math.abs((long) width * inputs.height() - (long) height * inputs.width());
        if (!grows || stretch >= (long) unit * Math.max(inputs.width(), inputs.height())) {
            throw new IllegalArgumentException("enlarging %d x %d to %d x %d pixels: it must grow and keep its ratio"
                    .formatted(inputs.width(), inputs.height(), width, height));
        }
        return request.secondPass(width, height);
    }

    /** Pixels {@code [N, H, W, 3]} from -1 to 1. */
    Tensor picture(Frame frame) {
        if (enlargement == null) {
            return first.picture(frame);
        }
        return second(enlargement, enlarged(frame, first.latents(frame), enlargement))
                .picture(frame);
    }

    /** What the first pass is told, of no workspace. */
    List<TextStates> texts(Frame frame) {
        return first.texts(frame).stream().map(TextStates::detached).toList();
    }

    /** Latents after the first pass, of no workspace. */
    Tensor latents(Frame frame) {
        return first.latents(frame);
    }

    /** In a workspace that measures: one step of each pass, and all that surrounds the steps. */
    void measure(Frame frame) {
        first.measureLatents(frame);
        if (lastInputs.until() < 1) {
            return; // another run goes on with the latents
        }
        if (enlargement == null) {
            first.decode(frame, Tensor.measured(first.latentShape()));
            return;
        }
        Tensor latents = enlarged(frame, Tensor.measured(first.latentShape()), enlargement);
        StableDiffusionRun second = second(enlargement, latents);
        second.measureLatents(frame);
        second.decode(frame, latents);
    }

    /** Steps of both passes. */
    int steps() {
        return first.steps() + redrawnSteps;
    }

    /** How often a stage is run. */
    int steps(String stage) {
        return switch (stage) {
            case StableDiffusionRun.DENOISE -> first.steps();
            case StableDiffusionRun.REDRAW -> redrawnSteps;
            default -> 1;
        };
    }

    int width() {
        return lastInputs.width();
    }

    int height() {
        return lastInputs.height();
    }

    private StableDiffusionRun second(Enlargement wanted, Tensor latents) {
        Redrawn redrawn = new Redrawn(latents, parts.steps(lastRequest), wanted.strength());
        int before = first.steps();
        return new StableDiffusionRun(
                parts,
                lastRequest,
                lastInputs.withRedrawn(redrawn),
                (step, steps, timestep, result, after) ->
                        observer.onStep(before + step, before + steps, timestep, result, after),
                onBlock);
    }

    private Shape largeShape() {
        int factor = parts.autoencoder().spatialFactor();
        return first.latentShape().with(1, height() / factor).with(2, width() / factor);
    }

    /** Latents in the size of the second pass, of no workspace. */
    private Tensor enlarged(Frame caller, Tensor latents, Enlargement wanted) {
        Shape large = largeShape();
        try (Frame frame = caller.frame()) {
            frame.workspace().stage(ENLARGE);
            Tensor result = switch (wanted.by()) {
                case LATENT -> interpolated(frame, latents, Interpolation.LINEAR, large);
                case LATENT_NEAREST -> interpolated(frame, latents, Interpolation.NEAREST, large);
                case LATENT_BICUBIC -> interpolated(frame, latents, Interpolation.CUBIC, large);
                case LANCZOS -> byPixels(frame, latents, large);
            };
            return frame.isMeasuring() ? Tensor.measured(large) : result.detach();
        }
    }

    private static Tensor interpolated(Frame frame, Tensor latents, Interpolation by, Shape large) {
        return RingResize.apply(
                frame, latents, large.dim(1), large.dim(2), (x, h, w) -> Resampling.resize(frame, x, by, h, w));
    }

    private Tensor byPixels(Frame frame, Tensor latents, Shape large) {
        Autoencoder autoencoder = parts.autoencoder();
        Tensor small = autoencoder.decode(frame, latents, parts.tiling(latents), onBlock);
        Tensor pixels = RingResize.apply(frame, small, height(), width(), PictureRun::lanczos);
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
