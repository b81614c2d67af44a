package dev.reverie.nn.attention;

import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Tensor;
import java.util.Arrays;

/** What a query may not see, as numbers added to the scores: 0, or -inf for a hidden key. */
public final class Mask {
    private Mask() {}

    /**
     * Hides padding from every query.
     *
     * @param mask {@code [N][L]}, 0 where a text is padding
     * @return {@code [N, 1, 1, L]}
     */
    public static Tensor padding(Frame frame, int[][] mask) {
        int length = mask[0].length;
        Tensor bias = frame.tensor(mask.length, 1, 1, length);
        for (int n = 0; n < mask.length; n++) {
            if (mask[n].length != length) {
                throw new IllegalArgumentException(
                        "masks of %d and %d tokens in one batch".formatted(length, mask[n].length));
            }
            for (int i = 0; i < length && !frame.isMeasuring(); i++) {
                bias.data()[bias.offset() + n * length + i] = mask[n][i] == 0 ? Float.NEGATIVE_INFINITY : 0f;
            }
        }
        return bias;
    }

    /** Hides from query i the keys after i: {@code [1, 1, L, L]}, for where a bias is needed anyway. */
    public static Tensor causal(Frame frame, int length) {
        Tensor bias = frame.tensor(1, 1, length, length);
        for (int i = 0; i < length && !frame.isMeasuring(); i++) {
            int row = bias.offset() + i * length;
            Arrays.fill(bias.data(), row, row + i + 1, 0f);
            Arrays.fill(bias.data(), row + i + 1, row + length, Float.NEGATIVE_INFINITY);
        }
        return bias;
    }
}
