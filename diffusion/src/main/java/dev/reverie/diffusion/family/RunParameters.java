package dev.reverie.diffusion.family;

import dev.reverie.diffusion.Enlargement;
import dev.reverie.diffusion.ImageRequest;
import dev.reverie.diffusion.StartImage;
import dev.reverie.diffusion.image.GenerationParameters;
import dev.reverie.diffusion.schedule.NoiseLevels;
import dev.reverie.tensor.Wrap;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a picture's file says of its request, under the keys of AUTOMATIC1111/stable-diffusion-webui. */
final class RunParameters {
    private static final String STRENGTH = "Denoising strength";

    private RunParameters() {}

    /** @param model its name */
    static GenerationParameters of(
            StableDiffusionParts parts,
            ImageRequest request,
            RunInputs inputs,
            String model,
            @Nullable Refiner refiner) {
        GenerationParameters parameters = GenerationParameters.of(
                request.prompt(),
                request.negativePrompt() == null ? "" : request.negativePrompt(),
                parts.steps(request),
                parts.scheduler(request).config().label(),
                parts.guidanceScale(request),
                request.seed(),
                inputs.width(),
                inputs.height(),
                model);
        GenerationParameters levels = withNoiseLevels(parameters, request.noiseLevels());
        GenerationParameters tiling = withTiling(levels, request.tileable());
        Enlargement enlargement = request.enlargement();
        GenerationParameters conditioned = withStart(withPromptSettings(tiling, request), request.start(), parts);
        GenerationParameters large = enlargement == null ? conditioned : withEnlargement(conditioned, enlargement);
        return refiner == null ? large : withRefiner(large, refiner);
    }

    /** Layers are counted from 1 there, the last of the text encoder. */
    private static GenerationParameters withPromptSettings(GenerationParameters parameters, ImageRequest request) {
        GenerationParameters more = parameters;
        more = request.clipSkip() == 0 ? more : more.with("Clip skip", Integer.toString(request.clipSkip() + 1));
        more = request.weightedPrompt() ? more : more.with("Emphasis", "None");
        double rescale = request.guidanceRescale();
        more = rescale == 0 ? more : more.with("CFG Rescale", GenerationParameters.plain(rescale));
        String second = request.secondPrompt();
        more = second == null ? more : more.with("Second prompt", second);
        String secondNegative = request.secondNegativePrompt();
        return secondNegative == null ? more : more.with("Second negative prompt", secondNegative);
    }

    private static GenerationParameters withStart(
            GenerationParameters parameters, @Nullable StartImage start, StableDiffusionParts parts) {
        if (start == null) {
            return parameters;
        }
        GenerationParameters more = parts.editsByInstruction()
                ? parameters.with("Image CFG scale", GenerationParameters.plain(start.imageGuidanceScale()))
                : parameters.with(STRENGTH, GenerationParameters.plain(start.strength()));
        return start.mask() == null ? more : more.with("Mask", "True");
    }

    private static GenerationParameters withRefiner(GenerationParameters parameters, Refiner refiner) {
        return parameters
                .with("Refiner", refiner.name())
                .with("Refiner switch at", GenerationParameters.plain(refiner.handOver()));
    }

    private static GenerationParameters withEnlargement(GenerationParameters parameters, Enlargement enlargement) {
        Double factor = enlargement.factor();
        String key = parameters.settings().containsKey(STRENGTH) ? "Hires strength" : STRENGTH; // webui has no both
        GenerationParameters more = parameters.with(key, GenerationParameters.plain(enlargement.strength()));
        more = factor == null
                ? more.with("Hires resize", enlargement.width() + "x" + enlargement.height())
                : more.with("Hires upscale", GenerationParameters.plain(factor));
        Integer steps = enlargement.steps();
        more = steps == null ? more : more.with("Hires steps", steps.toString());
        more = more.with("Hires upscaler", enlargement.by().label());
        Double scale = enlargement.guidanceScale();
        return scale == null ? more : more.with("Hires CFG Scale", GenerationParameters.plain(scale));
    }

    private static GenerationParameters withNoiseLevels(GenerationParameters parameters, @Nullable NoiseLevels levels) {
        return switch (levels) {
            case null -> parameters;
            case NoiseLevels.Spacing spacing -> parameters.with("Schedule type", spacing.label());
            case NoiseLevels.Sigmas sigmas -> parameters.with("Sigmas", listed(sigmas.values()));
            case NoiseLevels.Timesteps timesteps -> parameters.with("Timesteps", listed(timesteps.values()));
        };
    }

    private static String listed(List<Double> numbers) {
        return numbers.stream().map(String::valueOf).collect(Collectors.joining(" "));
    }

    /** webui knows both axes or none. */
    private static GenerationParameters withTiling(GenerationParameters parameters, Wrap tileable) {
        return switch (tileable) {
            case NONE -> parameters;
            case BOTH -> parameters.with("Tiling", "True");
            case X, Y -> parameters.with("Tiling", tileable.name());
        };
    }
}
