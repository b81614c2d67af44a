package dev.reverie.tensor.kernel;

/** Softmax over rows: exponentials of the distance to the row's maximum, divided by their sum. */
public final class Softmax {
    private Softmax() {}

    /** {@code y [rows, n]} from {@code x [rows, n]}. */
    public static void rows(int rows, int n, float[] x, int xo, float[] y, int yo) {
        Pool.run(rows, (row, scratch) -> {
            int from = xo + row * n;
            int to = yo + row * n;
            float max = Float.NEGATIVE_INFINITY;
            for (int i = 0; i < n; i++) {
                max = x[from + i] > max ? x[from + i] : max;
            }
            float[] partial = scratch.floats(0, 16);
            java.util.Arrays.fill(partial, 0, 16, 0f);
            for (int i = 0; i < n; i++) {
                float e = FloatMath.exp(x[from + i] - max);
                y[to + i] = e;
                partial[i & 15] += e;
            }
            float scale = 1f / Reduction.tree16(partial);
            for (int i = 0; i < n; i++) {
                y[to + i] *= scale;
            }
        });
    }
}
