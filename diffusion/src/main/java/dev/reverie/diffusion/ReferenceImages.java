package dev.reverie.diffusion;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Pictures that an IP-Adapter takes a character or a style from.
 *
 * @param images at least one
 * @param scale how much they count, 0 .. 1 as a rule
 * @param mask white where they count; null for everywhere
 */
public record ReferenceImages(
        List<Image> images, double scale, @Nullable Image mask) {
    public ReferenceImages {
        images = List.copyOf(images);
        if (images.isEmpty()) {
            throw new IllegalArgumentException("a reference needs at least one picture");
        }
        if (!(Math.abs(scale) <= 100)) {
            throw new IllegalArgumentException("reference scale %s: it must be a number".formatted(scale));
        }
    }

    /** One or several pictures with a scale of 1. */
    public static ReferenceImages of(Image... images) {
        return new ReferenceImages(List.of(images), 1, null);
    }

    public ReferenceImages withScale(double value) {
        return new ReferenceImages(images, value, mask);
    }

    public ReferenceImages withMask(Image value) {
        return new ReferenceImages(images, scale, value);
    }
}
