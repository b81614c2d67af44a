package dev.reverie.diffusion;

import org.jspecify.annotations.Nullable;

/**
 * What SDXL is told about the size of a picture (Podell et al., arXiv 2307.01952, section 2.2); sizes are pairs of
 * height and width, in pixels. What is null is taken from the request.
 *
 * @param original size before a training picture was scaled: small ones look blurred
 * @param crop top and left of the crop: 0, 0 shows things whole
 * @param target size of the picture
 * @param negativeOriginal the same for the negative prompt
 * @param negativeCrop the same for the negative prompt
 * @param negativeTarget the same for the negative prompt
 * @param aestheticScore 0 .. 10, for the refiner
 * @param negativeAestheticScore 0 .. 10, for the refiner
 */
public record PictureSizes(
        @Nullable Pair original,
        Pair crop,
        @Nullable Pair target,
        @Nullable Pair negativeOriginal,
        Pair negativeCrop,
        @Nullable Pair negativeTarget,
        double aestheticScore,
        double negativeAestheticScore) {
    /** Of height and width, or of top and left. */
    public record Pair(int first, int second) {}

    /** What diffusers takes where nothing is said. */
    public static final PictureSizes USUAL =
            new PictureSizes(null, new Pair(0, 0), null, null, new Pair(0, 0), null, 6, 2.5);
}
