package dev.reverie.diffusion.family;

import dev.reverie.diffusion.ImageRequest;
import dev.reverie.diffusion.StartImage;
import dev.reverie.diffusion.schedule.Schedule;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import java.util.Objects;

/** Where a run begins and ends on its schedule, and with which latents it begins. */
record RunSpan(
        StableDiffusionParts parts, ImageRequest request, RunInputs inputs, Schedule schedule, GivenPicture given) {

    /** Later than the schedule's own where a picture is redrawn in part, or latents are handed over. */
    int firstCall() {
        if (inputs.from() > 0) {
            return callAt(inputs.from());
        }
        Redrawn redrawn = inputs.redrawn();
        if (redrawn != null) {
            return parts.isDistilled() ? 0 : schedule.firstCall(redrawn.stepsOfAll() - redrawn.steps());
        }
        StartImage start = request.start();
        if (start == null || inputs.picture() == null || parts.editsByInstruction() || parts.isDistilled()) {
            return 0;
        }
        return Canvas.firstCall(schedule, parts.steps(request), start.strength());
    }

    /** The call before which the run ends. */
    int end() {
        return handsOver() ? callAt(inputs.until()) : schedule.calls();
    }

    private boolean handsOver() {
        return inputs.until() < 1;
    }

    /** The first call after that part of training's timesteps, from the noisiest on, is over. */
    private int callAt(double part) {
        int train = parts.scheduler(request).config().trainTimesteps();
        long cut = Math.round(train - part * train);
        float[] timesteps = schedule.timesteps();
        int call = 0;
        while (call < timesteps.length && timesteps[call] >= cut) {
            call++;
        }
        return schedule.stepFrom(call);
    }

    /** @param shape of the latents */
    Canvas canvas(Frame frame, Shape shape) {
        if (inputs.from() > 0) {
            return goingOn();
        }
        Tensor picture = inputs.picture();
        if (picture == null || inputs.mask() == null) {
            return unmasked(frame, shape);
        }
        if (!parts.paintsInto()) {
            return masked(frame, shape, picture);
        }
        Canvas canvas = unmasked(frame, shape); // the model sees what stays
        return handsOver() ? canvas.keeping(given.encoded(frame, picture), null, given.latentMask()) : canvas;
    }

    /** Whether {@link #canvas} encodes the picture, to begin with its latents or to keep some of them. */
    boolean encodesPicture() {
        if (inputs.picture() == null || inputs.from() > 0) {
            return false;
        }
        boolean keeps = inputs.mask() != null && (!parts.paintsInto() || handsOver());
        boolean painted = parts.paintsInto() && isWholly();
        return keeps || (inputs.redrawn() == null && !parts.editsByInstruction() && !painted);
    }

    /** What stays is handed over without noise, and gets other noise here (diffusers, StableDiffusionXLInpaintPipeline). */
    private Canvas goingOn() {
        Tensor latents = Objects.requireNonNull(inputs.handedOver(), "no latents are handed over");
        Canvas canvas = new Canvas(latents, firstCall(), null);
        return inputs.mask() == null
                ? canvas
                : canvas.keeping(latents, inputs.noise().next(latents.shape()), given.latentMask());
    }

    private Canvas unmasked(Frame frame, Shape shape) {
        if (inputs.redrawn() != null) {
            return Canvas.ofPicture(schedule, firstCall(), redrawnLatents(), inputs.noise());
        }
        Tensor picture = inputs.picture();
        if (picture == null || parts.editsByInstruction() || (parts.paintsInto() && isWholly())) {
            return Canvas.ofNoise(schedule, shape, inputs.noise());
        }
        return Canvas.ofPicture(schedule, firstCall(), given.encoded(frame, picture), inputs.noise());
    }

    private Canvas masked(Frame frame, Shape shape, Tensor picture) {
        Tensor mask = given.latentMask();
        Tensor kept = given.encoded(frame, picture);
        Tensor noise = inputs.noise().next(shape);
        Tensor begin = inputs.redrawn() != null
                ? schedule.addNoise(Canvas.blended(mask, redrawnLatents(), kept), noise, firstCall())
                : isWholly()
                        ? Canvas.scaled(noise, schedule.initNoiseSigma())
                        : schedule.addNoise(kept, noise, firstCall());
        return new Canvas(begin, firstCall(), null).keeping(kept, noise, mask);
    }

    private Tensor redrawnLatents() {
        return Objects.requireNonNull(inputs.handedOver(), "no latents of a first pass");
    }

    /** Whether nothing of the given picture is left where it is redrawn. */
    private boolean isWholly() {
        StartImage start = request.start();
        return start != null && start.strength() == 1;
    }
}
