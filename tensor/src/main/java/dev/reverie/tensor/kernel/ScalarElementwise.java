package dev.reverie.tensor.kernel;

/** Elements {@code from .. n - 1}, one by one. */
final class ScalarElementwise {
    private ScalarElementwise() {}

    static void add(int from, int n, float[] x, int xo, float[] y, int yo, float[] z, int zo) {
        for (int i = from; i < n; i++) {
            z[zo + i] = x[xo + i] + y[yo + i];
        }
    }

    static void multiply(int from, int n, float[] x, int xo, float[] y, int yo, float[] z, int zo) {
        for (int i = from; i < n; i++) {
            z[zo + i] = x[xo + i] * y[yo + i];
        }
    }

    static void scale(int from, int n, float factor, float[] x, int xo, float[] y, int yo) {
        for (int i = from; i < n; i++) {
            y[yo + i] = factor * x[xo + i];
        }
    }

    /** y = y + factor x, with one rounding. */
    static void addScaled(int from, int n, float factor, float[] x, int xo, float[] y, int yo) {
        for (int i = from; i < n; i++) {
            y[yo + i] = Math.fma(x[xo + i], factor, y[yo + i]);
        }
    }

    static void leakyRelu(int from, int n, float slope, float[] x, int xo, float[] y, int yo) {
        for (int i = from; i < n; i++) {
            y[yo + i] = leakyRelu(x[xo + i], slope);
        }
    }

    static float leakyRelu(float x, float slope) {
        return x > 0f ? x : slope * x;
    }
}
