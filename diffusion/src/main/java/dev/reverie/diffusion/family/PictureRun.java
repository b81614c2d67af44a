package dev.reverie.diffusion.family;

import dev.reverie.diffusion.Enlargement;
import dev.reverie.diffusion.Image;
import dev.reverie.diffusion.ImageRequest;
import dev.reverie.diffusion.StartImage;
import dev.reverie.diffusion.image.PipelineProcessor;
import dev.reverie.diffusion.image.PixelTensor;
import dev.reverie.diffusion.schedule.Noise;
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
    private final Leg last;

    private final int lastSteps;

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
        this.last = enlargement == null ? new Leg(parts, request, inputs) : larger(parts, request, inputs, enlargement);
        this.first = new StableDiffusionRun(
                parts,
                request,
                enlargement == null ? inputs : inputs.until(1),
                (step, steps, timestep, result, latents) -> observer.onStep(step, steps(), timestep, result, latents),
                onBlock);
        this.lastSteps = enlargement == null
                ? first.steps()
                : second(Tensor.measured(largeShape())).steps();
    }

    /** The second pass; it looks at the given picture anew, in the larger size, where it has to. */
    private static Leg larger(
            StableDiffusionParts parts, ImageRequest request, RunInputs inputs, Enlargement enlargement) {
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
        ImageRequest second = request.secondPass(width, height);
        second = start != null && parts.editsByInstruction() ? second.withStart(start) : second;
        Redrawn redrawn = new Redrawn(parts.steps(second), enlargement.strength());
        RunInputs again = StableDiffusion.inputs(parts, second)
                .withTexts(inputs.texts())
                .withRedrawn(redrawn)
                .until(inputs.until());
        return new Leg(parts, second, again);
    }

    /** Pixels {@code [N, H, W, 3]} from -1 to 1, of latents after the last pass. */
    Tensor picture(Frame frame, Tensor latents) {
        return first.picture(frame, latents);
    }

    /** What the first pass is told, of no workspace. */
    List<TextStates> texts(Frame frame) {
        return first.texts(frame).stream().map(TextStates::detached).toList();
    }

    /** Latents after the last pass, of no workspace. */
    Tensor latents(Frame frame) {
        Tensor latents = first.latents(frame);
        return enlargement == null
                ? latents
                : second(enlarged(frame, latents, enlargement)).latents(frame);
    }

    /** In a workspace that measures: one step of each pass, and all that surrounds the steps. */
    void measure(Frame frame) {
        first.measureLatents(frame);
        StableDiffusionRun run = first;
        if (enlargement != null) {
            run = second(enlarged(frame, Tensor.measured(first.latentShape()), enlargement));
            run.measureLatents(frame);
        }
        if (last.inputs().until() == 1) { // else another run goes on with the latents
            run.decode(frame, Tensor.measured(run.latentShape()));
        }
    }

    /** The last pass alone, as it goes on from latents of an earlier one. */
    Leg last() {
        return last;
    }

    /** Of the last pass, for a run that goes on. */
    Noise noise() {
        return last.inputs().noise();
    }

    /** Steps of the last pass. */
    int lastSteps() {
        return lastSteps;
    }

    /** Steps of both passes. */
    int steps() {
        return enlargement == null ? lastSteps : first.steps() + lastSteps;
    }

    /** How often a stage is run. */
    int steps(String stage) {
        return switch (stage) {
            case StableDiffusionRun.DENOISE -> first.steps();
            case StableDiffusionRun.REDRAW -> lastSteps;
            default -> 1;
        };
    }

    int width() {
        return last.inputs().width();
    }

    int height() {
        return last.inputs().height();
    }

    private StableDiffusionRun second(Tensor latents) {
        int before = first.steps();
        return new StableDiffusionRun(
                parts,
                last.request(),
                last.inputs().withHandedOver(latents),
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
