package dev.reverie.diffusion;

import dev.reverie.diffusion.schedule.ScheduleRequest;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A second pass: the picture is drawn at the size of its request, where models compose best, then enlarged, and the end of
 * its way is gone again at the larger size, which adds detail (the "Hires. fix" of AUTOMATIC1111/stable-diffusion-webui).
 * What the mask of a start image keeps is taken from that image again, in the larger size.
 *
 * @param factor by which both sides grow, above 1 up to 8, cut to whole units of the model; null where a size is given
 * @param width pixels of the larger picture, null where a factor is given
 * @param height the same; the ratio of the sides must stay
 * @param by how the picture is enlarged
 * @param strength how much noise it gets again, above 0 up to 1: 0.7 is usual, latents that are interpolated stay blurred
 *     below 0.5
 * @param steps of the second pass, all of which are run; null for as many as the first has
 * @param guidanceScale of the second pass; null for that of the first
 */
public record Enlargement(
        @Nullable Double factor,
        @Nullable Integer width,
        @Nullable Integer height,
        By by,
        double strength,
        @Nullable Integer steps,
        @Nullable Double guidanceScale) {
    private static final double USUAL_STRENGTH = 0.7;

    private static final double MAX_FACTOR = 8;

    /** How a picture is enlarged. */
    public enum By {
        /** Its latents, bilinearly. */
        LATENT("Latent"),
        /** Its latents, each repeated. */
        LATENT_NEAREST("Latent (nearest)"),
        /** Its latents, by cubic convolution. */
        LATENT_BICUBIC("Latent (bicubic)"),
        /** Its pixels: decoded, resized by Lanczos' filter, and encoded again. */
        LANCZOS("Lanczos");

        private final String label;

        By(String label) {
            this.label = label;
        }

        /** The name in a picture's parameters. */
        public String label() {
            return label;
        }
    }

    public Enlargement {
        boolean sized = width != null && height != null;
        if ((factor == null) != sized || (width == null) != (height == null)) {
            throw new IllegalArgumentException("an enlargement has a factor, or a width and a height");
        }
        if (factor != null && !(factor > 1 && factor <= MAX_FACTOR)) {
            throw new IllegalArgumentException(
                    "enlarging %s times: it must be above 1 and at most 8".formatted(factor));
        }
        if (!(strength > 0 && strength <= 1)) {
            throw new IllegalArgumentException(
                    "strength %s of an enlargement: it must be above 0 and at most 1".formatted(strength));
        }
        if (steps != null && (steps < 1 || steps > ScheduleRequest.MAX_STEPS)) {
            throw new IllegalArgumentException(
                    "steps %d of an enlargement: it must be 1 to %d".formatted(steps, ScheduleRequest.MAX_STEPS));
        }
        if (guidanceScale != null && !(Math.abs(guidanceScale) <= 1000)) {
            throw new IllegalArgumentException(
                    "guidance scale %s of an enlargement: it must be a number".formatted(guidanceScale));
        }
    }

    /** Both sides {@code factor} times as long, by latents and with a strength of 0.7. */
    public static Enlargement times(double factor) {
        return new Enlargement(factor, null, null, By.LATENT, USUAL_STRENGTH, null, null);
    }

    /** To a size in pixels, by latents and with a strength of 0.7. */
    public static Enlargement to(int width, int height) {
        return new Enlargement(null, width, height, By.LATENT, USUAL_STRENGTH, null, null);
    }

    public Enlargement withBy(By value) {
        return new Enlargement(factor, width, height, value, strength, steps, guidanceScale);
    }

    public Enlargement withStrength(double value) {
        return new Enlargement(factor, width, height, by, value, steps, guidanceScale);
    }

    public Enlargement withSteps(int value) {
        return new Enlargement(factor, width, height, by, strength, value, guidanceScale);
    }

    public Enlargement withGuidanceScale(double value) {
        return new Enlargement(factor, width, height, by, strength, steps, value);
    }

    /** Width of the larger picture, for a model that draws in units of {@code unit} pixels. */
    public int widthOf(int smallWidth, int unit) {
        return factor == null ? Objects.requireNonNull(width) : scaled(smallWidth, factor, unit);
    }

    /** The same of the height. */
    public int heightOf(int smallHeight, int unit) {
        return factor == null ? Objects.requireNonNull(height) : scaled(smallHeight, factor, unit);
    }

    private static int scaled(int side, double factor, int unit) {
        int longer = (int) (side * factor);
        return longer - longer % unit;
    }
}
