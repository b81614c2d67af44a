package dev.reverie.diffusion;

import org.jspecify.annotations.Nullable;

/**
 * A picture to change.
 *
 * @param image resized to the request's size; without one, its own size is taken, cut to whole units of the model
 * @param strength how much of it is redrawn, above 0 up to 1: the part of the steps that are run
 * @param mask white where it is redrawn, black where it stays; null for everywhere
 * @param imageGuidanceScale of models that edit by instruction (InstructPix2Pix): how strictly the picture is followed
 */
public record StartImage(
        Image image, double strength, @Nullable Image mask, double imageGuidanceScale) {
    /** What diffusers takes where nothing is said. */
    private static final double USUAL_STRENGTH = 0.8;

    private static final double USUAL_IMAGE_GUIDANCE = 1.5;

    public StartImage {
        if (!(strength > 0 && strength <= 1)) {
            throw new IllegalArgumentException("strength %s: it must be above 0 and at most 1".formatted(strength));
        }
        if (!(Math.abs(imageGuidanceScale) <= 1000)) {
            throw new IllegalArgumentException(
                    "image guidance scale %s: it must be a number".formatted(imageGuidanceScale));
        }
    }

    /** The whole picture, redrawn with a strength of 0.8. */
    public static StartImage of(Image image) {
        return new StartImage(image, USUAL_STRENGTH, null, USUAL_IMAGE_GUIDANCE);
    }

    public StartImage withStrength(double value) {
        return new StartImage(image, value, mask, imageGuidanceScale);
    }

    public StartImage withMask(Image value) {
        return new StartImage(image, strength, value, imageGuidanceScale);
    }

    public StartImage withImageGuidanceScale(double value) {
        return new StartImage(image, strength, mask, value);
    }
}
