package dev.reverie.diffusion;

import java.util.function.Supplier;

/**
 * One step of a run that is done.
 *
 * @param picture which picture of the request, from 0
 * @param step number of the step, from 1
 * @param steps steps of this picture
 * @param timestep of training: 999 is all noise, 0 none
 * @param sketch draws what the model expects the picture to become; costs little, small and coarse for large models
 */
public record ImageStep(int picture, int step, int steps, double timestep, Supplier<Image> sketch) {
    /** What the picture is going to look like. */
    public Image preview() {
        return sketch.get();
    }
}
