package dev.reverie.tensor.kernel;

/** Scalar twin of {@link VectorTransform}. */
final class ScalarTransform {
    private ScalarTransform() {}

    static void pair(
            int n,
            int terms,
            float[] x,
            int xo,
            int step,
            float[] shared,
            float[] signed,
            float[] v,
            int plus,
            int minus) {
        for (int c = 0; c < n; c++) {
            float u = 0f;
            float w = 0f;
            for (int i = 0; i < MinimalFiltering.PAIRS; i++) {
                int at = xo + 2 * Math.min(i, terms - 1) * step + c;
                u = Math.fma(x[at + step], shared[i], u);
                w = Math.fma(x[at], signed[i], w);
            }
            v[plus + c] = u + w;
            v[minus + c] = u - w;
        }
    }

    static void sum(int n, int terms, float[] x, int xo, int step, float[] factors, float[] v, int to) {
        for (int c = 0; c < n; c++) {
            float u = 0f;
            for (int i = 0; i <= MinimalFiltering.PAIRS; i++) {
                u = Math.fma(x[xo + 2 * Math.min(i, terms - 1) * step + c], factors[i], u);
            }
            v[to + c] = u;
        }
    }

    static void outputs(
            int n, float[] m, int[] products, int even, int odd, float[] p, float[] q, float[] y, int yEven, int yOdd) {
        for (int c = 0; c < n; c++) {
            float e = m[even + c];
            float o = m[odd + c];
            for (int i = 0; i < MinimalFiltering.PAIRS; i++) {
                float plus = m[products[2 * i] + c];
                float minus = m[products[2 * i + 1] + c];
                e = Math.fma(plus + minus, p[i], e);
                o = Math.fma(plus - minus, q[i], o);
            }
            y[yEven + c] = e;
            y[yOdd + c] = o;
        }
    }

    static void filters(int n, float[] x, int xo, int step, float[] row, float[][] g, float[] y, int yo) {
        for (int c = 0; c < n; c++) {
            for (int j = 0; j < 3; j++) {
                int at = xo + j * step + c;
                float t = x[at] * row[0];
                t = Math.fma(x[at + 3 * step], row[1], t);
                t = Math.fma(x[at + 6 * step], row[2], t);
                for (int v = 0; v < 6; v++) {
                    int to = yo + v * n + c;
                    y[to] = j == 0 ? t * g[v][0] : Math.fma(t, g[v][j], y[to]);
                }
            }
        }
    }
}
