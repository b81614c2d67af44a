package dev.reverie.diffusion.family;

import dev.reverie.diffusion.ImageRequest;
import dev.reverie.diffusion.PictureSizes;
import dev.reverie.diffusion.PictureSizes.Pair;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The numbers that SDXL is told: original size, crop, and target size, or for its refiner an aesthetic score in place of
 * the target size.
 */
record SizeIds(ImageRequest request, int height, int width, boolean aesthetic) {

    /** {@code [samples, 6 or 5]}; the first half is the negative prompt's where the run is {@code guided}. */
    Tensor rows(int samples, boolean guided) {
        int each = aesthetic ? 5 : 6;
        Tensor rows = Tensor.zeros(Shape.of(samples, each));
        for (int row = 0; row < samples; row++) {
            float[] ids = ids(guided && row < samples / 2);
            System.arraycopy(ids, 0, rows.data(), row * each, each);
        }
        return rows;
    }

    private float[] ids(boolean negative) {
        PictureSizes sizes = request.sizes() == null ? PictureSizes.USUAL : request.sizes();
        Pair own = new Pair(height, width);
        Pair original = or(sizes.original(), own);
        Pair target = or(sizes.target(), own);
        Pair crop = sizes.crop();
        double score = sizes.aestheticScore();
        if (negative) {
            boolean stated = sizes.negativeOriginal() != null && sizes.negativeTarget() != null;
            original = or(sizes.negativeOriginal(), original);
            target = or(sizes.negativeTarget(), target);
            crop = stated || aesthetic ? sizes.negativeCrop() : crop;
            score = sizes.negativeAestheticScore();
        }
        float[] ids = {original.first(), original.second(), crop.first(), crop.second(), target.first(), target.second()
        };
        if (aesthetic) {
            ids[4] = (float) score;
        }
        return ids;
    }

    private static Pair or(@Nullable Pair stated, Pair otherwise) {
        return stated == null ? otherwise : stated;
    }
}
