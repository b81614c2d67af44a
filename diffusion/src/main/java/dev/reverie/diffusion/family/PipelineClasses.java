package dev.reverie.diffusion.family;

import dev.reverie.nn.FixedOptions;
import dev.reverie.tensor.io.CheckpointException;
import dev.reverie.tensor.io.Json;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/** Which pipelines of huggingface/diffusers have their models read here. */
final class PipelineClasses {
    private static final SortedSet<String> KNOWN = new TreeSet<>(List.of(
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
            "StableDiffusionXLControlNetInpaintPipeline",
            "StableDiffusion3Pipeline",
            "StableDiffusion3Img2ImgPipeline",
            "StableDiffusion3InpaintPipeline",
            "FluxPipeline",
            "FluxImg2ImgPipeline",
            "FluxInpaintPipeline",
            "FluxFillPipeline",
            "FluxKontextPipeline"));

    /** CosXL scales the picture that it edits. */
    private static final FixedOptions FIXED = new FixedOptions(Map.of("is_cosxl_edit", List.of(false)));

    private PipelineClasses() {}

    static void requireKnown(Json modelIndex) throws CheckpointException {
        Json name = modelIndex.get("_class_name");
        if (!KNOWN.contains(name.asString())) {
            throw name.fault("is %s, which is not known here; known are %s"
                    .formatted(name.asString(), String.join(", ", KNOWN)));
        }
        FIXED.check(modelIndex);
    }
}
