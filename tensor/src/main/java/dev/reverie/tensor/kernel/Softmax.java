package dev.reverie.tensor.kernel;

import java.util.Arrays;

/** Softmax over rows: exponentials of the distance to the row's maximum, divided by their sum. */
public final class Softmax {
    /** Elements of one piece of work. */
    private static final int BLOCK = 8192;

    private Softmax() {}

    /** {@code y [rows, n]} from {@code x [rows, n]}; a row of -inf alone becomes NaN, as in PyTorch. */
    public static void rows(int rows, int n, float[] x, int xo, float[] y, int yo) {
        int perPiece = Math.max(1, BLOCK / Math.max(1, n));
        Pool.run((rows + perPiece - 1) / perPiece, (piece, scratch) -> {
            float[] partial = scratch.floats(0, 16);
            int end = Math.min(rows, (piece + 1) * perPiece);
            for (int row = piece * perPiece; row < end; row++) {
                row(n, x, xo + row * n, y, yo + row * n, partial);
            }
        });
    }

    private static void row(int n, float[] x, int xo, float[] y, int yo, float[] partial) {
        Arrays.fill(partial, 0, 16, Float.NEGATIVE_INFINITY);
        int done = Lanes.VECTOR ? VectorRow.maxima(n, x, xo, partial, 0) : 0;
        ScalarRow.maxima(done, n, x, xo, partial, 0);
        float max = Reduction.max16(partial, 0);

        done = Lanes.VECTOR ? VectorRow.expMinus(n, max, x, xo, y, yo) : 0;
        ScalarRow.expMinus(done, n, max, x, xo, y, yo);

        Arrays.fill(partial, 0, 16, 0f);
        done = Lanes.VECTOR ? VectorRow.sum(n, y, yo, partial, 0) : 0;
        ScalarRow.sum(done, n, y, yo, partial, 0);
        float scale = 1f / Reduction.tree16(partial, 0);
        Elementwise.scaleBlock(n, scale, y, yo, y, yo);
    }
}
