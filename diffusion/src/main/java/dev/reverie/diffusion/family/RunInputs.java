package dev.reverie.diffusion.family;

import dev.reverie.diffusion.ControlImage;
import dev.reverie.diffusion.Image;
import dev.reverie.diffusion.ImageRequest;
import dev.reverie.diffusion.StartImage;
import dev.reverie.diffusion.image.PipelineProcessor;
import dev.reverie.diffusion.schedule.Noise;
import dev.reverie.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a run gets beside its request, as numbers.
 *
 * @param noise drawn in the order that diffusers draws in
 * @param samples pictures that are drawn together
 * @param height pixels
 * @param width pixels
 * @param picture to start from, {@code [1, height, width, 3]} from -1 to 1; or null
 * @param mask 1 where it is redrawn, {@code [1, height, width, 1]}; or null
 * @param controls for each ControlNet or T2I-Adapter, {@code [1, height, width, 3]} from 0 to 1
 * @param handedOver latents of an earlier run, {@code [N, h, w, C]}, to go on with or to be redrawn; or null
 * @param from part of the timesteps that is over when latents are handed over, 0 .. 1
 * @param until part of the timesteps after which the run ends early, 1 for the whole way
 * @param redrawn how much of latents is drawn again, in a second pass; or null
 * @param texts of the prompt and the negative prompt, if they are encoded already; or null
 */
record RunInputs(
        Noise noise,
        int samples,
        int height,
        int width,
        @Nullable Tensor picture,
        @Nullable Tensor mask,
        List<Tensor> controls,
        @Nullable Tensor handedOver,
        double from,
        double until,
        @Nullable Redrawn redrawn,
        @Nullable List<TextStates> texts) {
    RunInputs {
        controls = List.copyOf(controls);
    }

    RunInputs(
            Noise noise,
            int samples,
            int height,
            int width,
            @Nullable Tensor picture,
            @Nullable Tensor mask,
            List<Tensor> controls,
            @Nullable Tensor handedOver,
            double from,
            double until) {
        this(noise, samples, height, width, picture, mask, controls, handedOver, from, until, null, null);
    }

    /** What the request itself says. The size is the one that it asks for, else the start image's, else the model's usual. */
    static RunInputs of(StableDiffusionParts parts, ImageRequest request) {
        StartImage start = request.start();
        PipelineProcessor processor = new PipelineProcessor(parts.autoencoder().spatialFactor());
        boolean sized = request.width() != null || request.height() != null;
        int width = start == null || sized
                ? parts.width(request)
                : processor.fitted(start.image().width());
        int height = start == null || sized
                ? parts.height(request)
                : processor.fitted(start.image().height());
        parts.requireSize(width, height);
        Image mask = start == null ? null : start.mask();
        List<Tensor> controls = new ArrayList<>();
        for (ControlImage control : request.controls()) {
            controls.add(PipelineProcessor.control(control.image(), width, height));
        }
        return new RunInputs(
                new LatentNoise(request.seed()),
                1,
                height,
                width,
                start == null ? null : PipelineProcessor.picture(start.image(), width, height),
                mask == null ? null : PipelineProcessor.mask(mask, width, height),
                controls,
                null,
                0,
                1);
    }

    /** The same with noise of its own, for another picture. */
    RunInputs withNoise(Noise other) {
        return new RunInputs(
                other, samples, height, width, picture, mask, controls, handedOver, from, until, redrawn, texts);
    }

    /** The same for a second pass. */
    RunInputs withRedrawn(Redrawn again) {
        return new RunInputs(
                noise, samples, height, width, picture, mask, controls, handedOver, from, until, again, texts);
    }

    /** The same with an earlier run's latents. */
    RunInputs withHandedOver(@Nullable Tensor latents) {
        return new RunInputs(
                noise, samples, height, width, picture, mask, controls, latents, from, until, redrawn, texts);
    }

    /** The same, ended early. */
    RunInputs until(double part) {
        return new RunInputs(
                noise, samples, height, width, picture, mask, controls, handedOver, from, part, redrawn, texts);
    }

    /** What goes on after such an end: of the pictures nothing but the latents is left, and what of them stays. */
    RunInputs from(double part) {
        return new RunInputs(
                noise, samples, height, width, null, mask, List.of(), handedOver, part, until, redrawn, texts);
    }

    /** The same with texts that are encoded already. */
    RunInputs withTexts(@Nullable List<TextStates> encoded) {
        return new RunInputs(
                noise, samples, height, width, picture, mask, controls, handedOver, from, until, redrawn, encoded);
    }
}
