package dev.reverie.diffusion.family;

import dev.reverie.diffusion.Enlargement;
import dev.reverie.diffusion.ImageRequest;
import dev.reverie.diffusion.schedule.Noise;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All of one picture: a run, and where it is asked for, a second one that draws the enlarged picture again in part
 * (AUTOMATIC1111/stable-diffusion-webui, modules/processing.py, sample_hr_pass). Both begin the noise of their seed anew.
 */
final class PictureRun {
    private final StableDiffusionParts parts;
    private final Runnable onBlock;
    private final StableDiffusionRun.Observer observer;
    private final StableDiffusionRun first;
    private final @Nullable SecondPass second;
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
        Enlargement enlargement = request.enlargement();
        this.second = enlargement == null ? null : SecondPass.of(parts, request, inputs, enlargement);
        this.last = second == null ? new Leg(parts, request, inputs) : second.leg();
        this.first = new StableDiffusionRun(
                parts,
                request,
                second == null ? inputs : inputs.until(1),
                (step, steps, timestep, result, latents) -> observer.onStep(step, steps(), timestep, result, latents),
                onBlock);
        this.lastSteps = second == null
                ? first.steps()
                : again(Tensor.measured(second.enlarged(first.latentShape()))).steps();
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
        return second == null
                ? latents
                : again(second.enlarged(frame, latents, onBlock)).latents(frame);
    }

    /** In a workspace that measures: one step of each pass, and all that surrounds the steps. */
    void measure(Frame frame) {
        first.measureLatents(frame);
        StableDiffusionRun run = first;
        if (second != null) {
            run = again(second.enlarged(frame, Tensor.measured(first.latentShape()), onBlock));
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
        return second == null ? lastSteps : first.steps() + lastSteps;
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

    /** The second pass from {@code latents} on. */
    private StableDiffusionRun again(Tensor latents) {
        int before = first.steps();
        return new StableDiffusionRun(
                parts,
                last.request(),
                last.inputs().withHandedOver(latents),
                (step, steps, timestep, result, after) ->
                        observer.onStep(before + step, before + steps, timestep, result, after),
                onBlock);
    }
}
