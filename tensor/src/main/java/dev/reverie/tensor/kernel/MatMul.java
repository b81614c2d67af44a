package dev.reverie.tensor.kernel;

import org.jspecify.annotations.Nullable;

/** Matrix products. An output element is one chain of fused multiply-adds from zero, k ascending; bias comes after. */
public final class MatMul {
    private MatMul() {}

    /** {@code y [rows, out] = x [rows, in] w [out, in]ᵀ + bias}. */
    public static void linear(
            int rows, int in, int out, float[] x, int xo, float[] w, float @Nullable [] bias, float[] y, int yo) {
        Pool.run(rows, (row, scratch) -> {
            for (int o = 0; o < out; o++) {
                float sum = 0f;
                for (int k = 0; k < in; k++) {
                    sum = Math.fma(x[xo + row * in + k], w[o * in + k], sum);
                }
                y[yo + row * out + o] = bias == null ? sum : sum + bias[o];
            }
        });
    }

    /** {@code c [m, n] = a [m, k] b [k, n]}. */
    public static void multiply(int m, int n, int k, float[] a, int ao, float[] b, int bo, float[] c, int co) {
        Pool.run(m, (row, scratch) -> {
            for (int column = 0; column < n; column++) {
                float sum = 0f;
                for (int i = 0; i < k; i++) {
                    sum = Math.fma(a[ao + row * k + i], b[bo + i * n + column], sum);
                }
                c[co + row * n + column] = sum;
            }
        });
    }
}
