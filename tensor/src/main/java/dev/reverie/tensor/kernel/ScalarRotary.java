package dev.reverie.tensor.kernel;

/** Elements {@code from .. n - 1}, one by one; cosines and sines begin at {@code table} of {@code c} and {@code s}. */
final class ScalarRotary {
    private ScalarRotary() {}

    /** The partner of an even element is the next one, of an odd one the one before. */
    static void neighbours(int from, int n, float[] c, float[] s, int table, float[] x, int xo, float[] y, int yo) {
        for (int i = from; i < n; i++) {
            y[yo + i] = Math.fma(x[xo + (i ^ 1)], s[table + i], x[xo + i] * c[table + i]);
        }
    }

    /** The partner of element {@code x[xo + i]} is {@code x[partner + i]}. */
    static void towards(
            int from, int n, float[] c, float[] s, int table, float[] x, int xo, int partner, float[] y, int yo) {
        for (int i = from; i < n; i++) {
            y[yo + i] = Math.fma(x[partner + i], s[table + i], x[xo + i] * c[table + i]);
        }
    }
}
