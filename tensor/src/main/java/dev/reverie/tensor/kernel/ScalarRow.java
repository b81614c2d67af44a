package dev.reverie.tensor.kernel;

import java.util.Arrays;

/** Parts of softmax and of the norms over one row; each goes on where {@link VectorRow} stopped. */
final class ScalarRow {
    private ScalarRow() {}

    /** The largest of a row; NaN counts for nothing. */
    static float max(int n, float[] x, int xo) {
        float max = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < n; i++) {
            max = x[xo + i] > max ? x[xo + i] : max;
        }
        return max;
    }

    /**
     * y = e^(scale x - top), where no scale x is above {@code top}; partial sum i mod 16 of those from {@code to} on gets
     * element i.
     */
    static void weights(int n, float scale, float top, float[] x, int xo, float[] y, int yo, float[] partial, int to) {
        Arrays.fill(partial, to, to + 16, 0f);
        for (int i = 0; i < n; i++) {
            float e = FloatMath.weight(Math.fma(x[xo + i], scale, -top));
            y[yo + i] = e;
            partial[to + (i & 15)] += e;
        }
    }

    /** Element i goes to partial sum i mod 16 of those from {@code to} on. */
    static void sum(int from, int n, float[] x, int xo, float[] partial, int to) {
        for (int i = from; i < n; i++) {
            partial[to + (i & 15)] += x[xo + i];
        }
    }

    /** Sums of d = x - centre, in partial 0 .. 15 from {@code to} on, and of d², in partial 16 .. 31. */
    static void centredSums(int from, int n, float centre, float[] x, int xo, float[] partial, int to) {
        for (int i = from; i < n; i++) {
            float d = x[xo + i] - centre;
            int at = to + (i & 15);
            partial[at] += d;
            partial[at + 16] = Math.fma(d, d, partial[at + 16]);
        }
    }

    /** y = (x - centre) scale + shift. */
    static void normalize(
            int from, int n, float centre, float scale, float shift, float[] x, int xo, float[] y, int yo) {
        for (int i = from; i < n; i++) {
            y[yo + i] = Math.fma(x[xo + i] - centre, scale, shift);
        }
    }

    /** y = y factor + x. */
    static void scaleAndAdd(int from, int n, float factor, float[] x, int xo, float[] y, int yo) {
        for (int i = from; i < n; i++) {
            y[yo + i] = Math.fma(y[yo + i], factor, x[xo + i]);
        }
    }

    /** y = ((x - centre) scale + shift) weight + bias. */
    static void normalize(
            int from,
            int n,
            float centre,
            float scale,
            float shift,
            float[] x,
            int xo,
            float[] weight,
            int wo,
            float[] bias,
            int bo,
            float[] y,
            int yo) {
        for (int i = from; i < n; i++) {
            y[yo + i] = Math.fma(Math.fma(x[xo + i] - centre, scale, shift), weight[wo + i], bias[bo + i]);
        }
    }

    /** y = (factor x) weight. */
    static void scale(int from, int n, float factor, float[] x, int xo, float[] weight, int wo, float[] y, int yo) {
        for (int i = from; i < n; i++) {
            y[yo + i] = factor * x[xo + i] * weight[wo + i];
        }
    }
}
