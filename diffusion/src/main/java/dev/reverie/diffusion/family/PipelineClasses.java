package dev.reverie.diffusion.family;

import dev.reverie.nn.FixedOptions;
import dev.reverie.tensor.io.CheckpointException;
import dev.reverie.tensor.io.Json;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which pipelines of huggingface/diffusers have their models read here. */
final class PipelineClasses {
    private static final Set<String> KNOWN = Set.of(
            "StableDiffusionPipeline",
            "StableDiffusionImg2ImgPipeline",
            "StableDiffusionInpaintPipeline",
            "StableDiffusionInstructPix2PixPipeline",
            "StableDiffusionControlNetPipeline",
            "StableDiffusionControlNetImg2ImgPipeline",
            "StableDiffusionControlNetInpaintPipeline",
            "LatentConsistencyModelPipeline",
            "LatentConsistencyModelImg2ImgPipeline",
            "StableDiffusionXLPipeline",
            "StableDiffusionXLImg2ImgPipeline",
            "StableDiffusionXLInpaintPipeline",
            "StableDiffusionXLInstructPix2PixPipeline",
            "StableDiffusionXLControlNetPipeline",
            "StableDiffusionXLControlNetImg2ImgPipeline",
            "StableDiffusionXLControlNetInpaintPipeline");

    /** CosXL scales the picture that it edits. */
    private static final FixedOptions FIXED = new FixedOptions(Map.of("is_cosxl_edit", List.of(false)));

    private PipelineClasses() {}

    static void requireKnown(Json modelIndex) throws CheckpointException {
        Json name = modelIndex.get("_class_name");
        if (!KNOWN.contains(name.asString())) {
            throw name.fault("is %s, a kind of model that does not draw here; Stable Diffusion 1, 2 and XL do"
                    .formatted(name.asString()));
        }
        FIXED.check(modelIndex);
    }
}
