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
 * @param peakBytes of working memory
 * @param weightBytes of the model, as they are held in memory
 */
public record ImagePlan(int width, int height, int steps, List<StageCost> stages, long peakBytes, long weightBytes) {
    public ImagePlan {
        stages = List.copyOf(stages);
    }
}
