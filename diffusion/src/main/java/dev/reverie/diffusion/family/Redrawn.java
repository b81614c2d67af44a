package dev.reverie.diffusion.family;

/**
 * That a run gives latents noise again, to go the end of its way once more.
 *
 * @param steps that are run
 * @param strength of the noise, above 0 up to 1: the part of the way
 */
record Redrawn(int steps, double strength) {
    private static final double GREATEST = 0.999; // as webui's setup_img2img_steps

    /** Steps of the whole way, the last of which are run. */
    int stepsOfAll() {
        return (int) (steps / Math.min(strength, GREATEST));
    }
}
