package dev.reverie.tensor.kernel;

import dev.reverie.tensor.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Norms over rows: sums in sixteen partial sums and one tree, in two passes, so that a large mean costs no digits. */
public final class Normalization {
    /** Elements of one piece of work. */
    private static final int BLOCK = 8192;

    private Normalization() {}

    @FunctionalInterface
    private interface Row {
        void apply(int at, float[] partial);
    }

    private static void rows(int rows, int n, Row row) {
        int perPiece = Math.max(1, BLOCK / Math.max(1, n));
        Pool.run((rows + perPiece - 1) / perPiece, (piece, scratch) -> {
            float[] partial = scratch.floats(0, 32);
            int end = Math.min(rows, (piece + 1) * perPiece);
            for (int i = piece * perPiece; i < end; i++) {
                row.apply(i * n, partial);
            }
        });
    }

    /** Zero mean and unit variance, then weight and bias, {@code [n]} or none. */
    public static void layer(
            int rows, int n, Tensor x, @Nullable Tensor weight, @Nullable Tensor bias, float eps, Tensor y) {
        float[] data = x.data();
        float[] result = y.data();
        rows(rows, n, (at, partial) -> {
            float centre = sum(n, data, x.offset() + at, partial) / n;
            centredSums(n, centre, data, x.offset() + at, partial);
            double correction = (double) Reduction.tree16(partial, 0) / n; // mean - centre
            double variance = (double) Reduction.tree16(partial, 16) / n - correction * correction;
            double scale = 1 / Math.sqrt(Math.max(0, variance) + eps);
            float shift = (float) (-correction * scale);
            normalize(n, centre, (float) scale, shift, data, x.offset() + at, result, y.offset() + at);
            affine(n, weight, bias, result, y.offset() + at);
        });
    }

    /** Divided by the root of the mean square, then weight, {@code [n]} or none. */
    public static void rms(int rows, int n, Tensor x, @Nullable Tensor weight, float eps, Tensor y) {
        float[] data = x.data();
        float[] result = y.data();
        rows(rows, n, (at, partial) -> {
            centredSums(n, 0f, data, x.offset() + at, partial);
            float scale = (float) (1 / Math.sqrt((double) Reduction.tree16(partial, 16) / n + eps));
            Elementwise.scaleBlock(n, scale, data, x.offset() + at, result, y.offset() + at);
            affine(n, weight, null, result, y.offset() + at);
        });
    }

    private static float sum(int n, float[] x, int xo, float[] partial) {
        Arrays.fill(partial, 0, 16, 0f);
        int done = Lanes.VECTOR ? VectorRow.sum(n, x, xo, partial) : 0;
        return ScalarRow.sum(done, n, x, xo, partial);
    }

    private static void centredSums(int n, float centre, float[] x, int xo, float[] partial) {
        Arrays.fill(partial, 0, 32, 0f);
        int done = Lanes.VECTOR ? VectorRow.centredSums(n, centre, x, xo, partial) : 0;
        ScalarRow.centredSums(done, n, centre, x, xo, partial);
    }

    private static void normalize(int n, float centre, float scale, float shift, float[] x, int xo, float[] y, int yo) {
        int done = Lanes.VECTOR ? VectorRow.normalize(n, centre, scale, shift, x, xo, y, yo) : 0;
        ScalarRow.normalize(done, n, centre, scale, shift, x, xo, y, yo);
    }

    private static void affine(int n, @Nullable Tensor weight, @Nullable Tensor bias, float[] y, int yo) {
        if (weight != null && bias != null) {
            float[] w = weight.data();
            float[] b = bias.data();
            int done = Lanes.VECTOR ? VectorRow.affine(n, w, weight.offset(), b, bias.offset(), y, yo) : 0;
            ScalarRow.affine(done, n, w, weight.offset(), b, bias.offset(), y, yo);
        } else if (weight != null) {
            Elementwise.multiplyBlock(n, weight.data(), weight.offset(), y, yo, y, yo);
        } else if (bias != null) {
            Elementwise.addBlock(n, bias.data(), bias.offset(), y, yo, y, yo);
        }
    }
}
