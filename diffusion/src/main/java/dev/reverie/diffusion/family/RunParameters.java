package dev.reverie.diffusion.family;

import dev.reverie.diffusion.ImageRequest;
import dev.reverie.diffusion.image.GenerationParameters;

/** What a picture's file says of its request, under the keys of AUTOMATIC1111/stable-diffusion-webui. */
final class RunParameters {
    private RunParameters() {}

    /** @param model its name */
    static GenerationParameters of(StableDiffusionParts parts, ImageRequest request, RunInputs inputs, String model) {
        String sampler = request.scheduler();
        GenerationParameters parameters = GenerationParameters.of(
                request.prompt(),
                request.negativePrompt() == null ? "" : request.negativePrompt(),
                parts.steps(request),
                sampler == null ? parts.schedulerConfig().type().className() : sampler,
                parts.guidanceScale(request),
                request.seed(),
                inputs.width(),
                inputs.height(),
                model);
        return switch (request.tileable()) {
            case NONE -> parameters;
            case BOTH -> parameters.with("Tiling", "True");
            case X, Y -> parameters.with("Tiling", request.tileable().name()); // webui knows both axes or none
        };
    }
}
