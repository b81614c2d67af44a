package dev.reverie.diffusion;

import dev.reverie.tensor.Workspace.StageCost;
import java.util.List;

/**
 * What one picture takes.
 *
 * @param width pixels
 * @param height pixels
 * @param steps model calls
 * @param stages work and memory of each stage, that of all steps together
 * @param peakBytes of working memory; besides, each thread keeps what its kernels work in. Most of that are the
 *     transformed inputs and products of 3 x 3 convolutions: by their shapes 26 MB for Stable Diffusion 1.5 at 512 x 512,
 *     32 MB for SDXL at 1,024 x 1,024
 * @param weightBytes of the model, as they are held in memory
 */
public record ImagePlan(int width, int height, int steps, List<StageCost> stages, long peakBytes, long weightBytes) {
    public ImagePlan {
        stages = List.copyOf(stages);
    }
}
