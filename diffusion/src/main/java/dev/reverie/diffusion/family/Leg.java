package dev.reverie.diffusion.family;

import dev.reverie.diffusion.Image;
import dev.reverie.diffusion.ImagePlan;
import dev.reverie.diffusion.ImageRequest;
import dev.reverie.diffusion.schedule.Noise;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.Workspace;
import dev.reverie.tensor.Workspace.StageCost;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One model's part of the way from noise to a picture: all of it, or before or after a hand-over. */
record Leg(StableDiffusionParts parts, ImageRequest request, RunInputs inputs) {

    /** The same for one of several pictures, going on with {@code latents}, or from the start if null. */
    Leg of(long seed, Noise noise, @Nullable Tensor latents) {
        return new Leg(parts, request.withSeed(seed), inputs.withNoise(noise).withHandedOver(latents));
    }

    /** The same, its prompt encoded now and for all pictures. */
    Leg told() {
        try (Workspace workspace = Workspace.create();
                Frame frame = workspace.frame()) {
            return new Leg(parts, request, inputs.withTexts(unheard().texts(frame)));
        }
    }

    PictureRun run(StableDiffusionRun.Observer observer, Runnable onBlock) {
        return new PictureRun(parts, request, inputs, observer, onBlock);
    }

    private PictureRun unheard() {
        return run((step, steps, timestep, result, latents) -> {}, () -> {});
    }

    /** The outermost frame of a run. */
    Frame frame(Workspace workspace) {
        return workspace.frame(request.tileable());
    }

    /** What latents look like. */
    Image sketch(Tensor latents) {
        return Sketch.of(parts, latents, request.tileable());
    }

    /** How many times the model is called. */
    int steps() {
        return unheard().steps();
    }

    /** How many times in the last pass. */
    int lastSteps() {
        return unheard().lastSteps();
    }

    /** Its last pass: itself, unless the picture is enlarged. */
    Leg last() {
        return unheard().last();
    }

    /** One step of each pass, measured; all steps of a pass cost the same. */
    ImagePlan plan() {
        try (Workspace workspace = Workspace.measuring();
                Frame frame = frame(workspace)) {
            PictureRun run = unheard();
            run.measure(frame);
            List<StageCost> stages = workspace.stageCosts().stream()
                    .map(s -> new StageCost(s.name(), s.multiplyAdds() * run.steps(s.name()), s.peakBytes()))
                    .toList();
            return new ImagePlan(
                    run.width(), run.height(), run.steps(), stages, workspace.peakBytes(), parts.weightBytes());
        }
    }
}
