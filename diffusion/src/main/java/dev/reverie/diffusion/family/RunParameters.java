package dev.reverie.diffusion.family;

import dev.reverie.diffusion.Enlargement;
import dev.reverie.diffusion.ImageRequest;
import dev.reverie.diffusion.image.GenerationParameters;
import dev.reverie.diffusion.schedule.NoiseLevels;
import dev.reverie.tensor.Wrap;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a picture's file says of its request, under the keys of AUTOMATIC1111/stable-diffusion-webui. */
final class RunParameters {
    private RunParameters() {}

    /** @param model its name */
    static GenerationParameters of(
            StableDiffusionParts parts,
            ImageRequest request,
            RunInputs inputs,
            String model,
            @Nullable Refiner refiner) {
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
        GenerationParameters levels = withNoiseLevels(parameters, request.noiseLevels());
        GenerationParameters tiling = withTiling(levels, request.tileable());
        Enlargement enlargement = request.enlargement();
        GenerationParameters large = enlargement == null ? tiling : withEnlargement(tiling, enlargement);
        return refiner == null ? large : withRefiner(large, refiner);
    }

    private static GenerationParameters withRefiner(GenerationParameters parameters, Refiner refiner) {
        return parameters
                .with("Refiner", refiner.name())
                .with("Refiner switch at", GenerationParameters.plain(refiner.handOver()));
    }

    private static GenerationParameters withEnlargement(GenerationParameters parameters, Enlargement enlargement) {
        Double factor = enlargement.factor();
        GenerationParameters more =
                parameters.with("Denoising strength", GenerationParameters.plain(enlargement.strength()));
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
