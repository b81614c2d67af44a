package dev.reverie.tensor.io;

import dev.reverie.tensor.DType;

/**
 * What the numbers of a tensor of 8 bits are multiplied by: one factor for each row of the first axis, or one for all.
 * They are a tensor of their own, named after the one that they belong to.
 */
final class RowScales {
    /** What the name of the scales adds to the tensor's. */
    static final String SUFFIX = "_scale";

    static final float[] NONE = {};

    private RowScales() {}

    /** Whether tensors of that type may have scales. */
    static boolean mayScale(DType type) {
        return type == DType.I8 || type == DType.F8_E4M3 || type == DType.F8_E5M2;
    }

    /** Multiplies in place; {@code scales} divide {@code values} evenly, or are {@link #NONE}. */
    static void apply(float[] scales, float[] values) {
        int perScale = scales.length == 0 ? 0 : values.length / scales.length;
        for (int i = 0; i < scales.length; i++) {
            float scale = scales[i];
            for (int j = i * perScale; j < (i + 1) * perScale; j++) {
                values[j] *= scale;
            }
        }
    }
}
