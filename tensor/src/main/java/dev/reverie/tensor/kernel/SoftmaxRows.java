package dev.reverie.tensor.kernel;

/**
 * The steps of a softmax over up to sixteen rows, each filled up to whole sixteens with {@code -inf}, so that no tail is
 * left to scalar code.
 *
 * <p>A row's steps wait for each other, and reducing partial results is a chain of scalar code. So the rows take each
 * step together: the processor then works on several of them at once.
 */
final class SoftmaxRows {
    /** Rows at most. */
    static final int MOST = 16;

    /** Where in the state the rows' maxima are, their sums of weights, and sixteen partial sums of each. */
    static final int TOPS = 0;

    static final int TOTALS = TOPS + MOST;
    private static final int PARTIAL = TOTALS + MOST;

    /** Floats of the state. */
    static final int STATE = PARTIAL + MOST * 16;

    private SoftmaxRows() {}

    /** The next multiple of sixteen: what a row of {@code n} takes. */
    static int width(int n) {
        return (n + 15) & ~15;
    }

    /** Finds the largest of each row of {@code x}, NaN left out. */
    static void maxima(int rows, int width, float[] x, int xo, int stride, float[] state) {
        for (int r = 0; r < rows; r++) {
            int at = xo + r * stride;
            state[TOPS + r] = Lanes.VECTOR ? VectorRow.max(width, x, at) : ScalarRow.max(width, x, at);
        }
    }

    /** y = e^(scale x - top), with a top for each row, which no scale x of it exceeds; and the sum of each row. */
    static void weights(
            int rows, int width, float scale, float[] x, int xo, float[] y, int yo, int stride, float[] state) {
        for (int r = 0; r < rows; r++) {
            int shift = r * stride;
            float top = state[TOPS + r];
            if (Lanes.VECTOR) {
                VectorRow.weights(width, scale, top, x, xo + shift, y, yo + shift, state, PARTIAL + r * 16);
            } else {
                ScalarRow.weights(width, scale, top, x, xo + shift, y, yo + shift, state, PARTIAL + r * 16);
            }
        }
        for (int r = 0; r < rows; r++) {
            state[TOTALS + r] = Reduction.tree16(state, PARTIAL + r * 16);
        }
    }
}
