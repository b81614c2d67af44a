package dev.reverie.tensor.kernel;

import java.util.Arrays;

/** Softmax over rows: exponentials of the distance to the row's maximum, divided by their sum. */
public final class Softmax {
    /** Elements of one piece of work. */
    private static final int BLOCK = 8192;

    /** Elements of the rows that take each step together; they stay in the L1 cache. */
    private static final int TOGETHER = 2048;

    private static final int ROWS = 0; // scratch slots
    private static final int STATE = 1;

    private Softmax() {}

    /** {@code y [rows, n]} from {@code x [rows, n]}; a row of -inf alone becomes NaN, as in PyTorch. */
    public static void rows(int rows, int n, float[] x, int xo, float[] y, int yo) {
        int perPiece = Math.max(1, BLOCK / Math.max(1, n));
        int together = Math.clamp(TOGETHER / Math.max(1, n), 1, SoftmaxRows.MOST);
        Pool.run((rows + perPiece - 1) / perPiece, (piece, scratch) -> {
            int end = Math.min(rows, (piece + 1) * perPiece);
            if (n == 1) {
                ones(piece * perPiece, end, x, xo, y, yo);
                return;
            }
            for (int row = piece * perPiece; row < end; row += together) {
                together(Math.min(together, end - row), n, x, xo + row * n, y, yo + row * n, scratch);
            }
        });
    }

    /** 1 for what is finite, else NaN. */
    private static void ones(int from, int to, float[] x, int xo, float[] y, int yo) {
        for (int i = from; i < to; i++) {
            y[yo + i] = x[xo + i] * 0f + 1f;
        }
    }

    private static void together(int rows, int n, float[] x, int xo, float[] y, int yo, Scratch scratch) {
        float[] state = scratch.floats(STATE, SoftmaxRows.STATE);
        int width = SoftmaxRows.width(n);
        if (n == width) {
            weigh(rows, width, x, xo, y, yo, state);
            divide(rows, n, y, yo, y, yo, state);
            return;
        }
        float[] padded = scratch.floats(ROWS, SoftmaxRows.MOST * width);
        for (int r = 0; r < rows; r++) {
            System.arraycopy(x, xo + r * n, padded, r * width, n);
            Arrays.fill(padded, r * width + n, (r + 1) * width, Float.NEGATIVE_INFINITY);
        }
        weigh(rows, width, padded, 0, padded, 0, state);
        divide(rows, n, padded, 0, y, yo, state);
    }

    private static void weigh(int rows, int width, float[] x, int xo, float[] y, int yo, float[] state) {
        SoftmaxRows.maxima(rows, width, x, xo, width, state);
        SoftmaxRows.weights(rows, width, 1f, x, xo, y, yo, width, state);
    }

    /** What is stored beyond a row's end is overwritten by the rows after it. */
    private static void divide(int rows, int n, float[] x, int xo, float[] y, int yo, float[] state) {
        int width = SoftmaxRows.width(n);
        for (int r = 0; r < rows; r++) {
            int count = Math.min(width, (rows - r) * n);
            Elementwise.scaleBlock(count, 1f / state[SoftmaxRows.TOTALS + r], x, xo + r * width, y, yo + r * n);
        }
    }
}
