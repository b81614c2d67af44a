package dev.reverie.tensor.kernel;

/**
 * Norms over the places of each channel, on a block {@code [rows, channels]}, for channels {@code from .. channels - 1}:
 * a chain over the rows for each.
 */
final class ScalarChannels {
    private ScalarChannels() {}

    /** The mean of each channel over the block, rounded to float. */
    static void means(int from, int rows, int channels, float[] x, int xo, float[] mean, int mo) {
        for (int c = from; c < channels; c++) {
            float sum = 0f;
            for (int row = 0; row < rows; row++) {
                sum += x[xo + row * channels + c];
            }
            mean[mo + c] = sum / rows;
        }
    }

    /** Sums of d = x - mean and of d², the latter {@code channels} floats behind the former. */
    static void centredSums(
            int from, int rows, int channels, float[] x, int xo, float[] mean, int mo, float[] sums, int so) {
        for (int c = from; c < channels; c++) {
            float sum = 0f;
            float squares = 0f;
            for (int row = 0; row < rows; row++) {
                float d = x[xo + row * channels + c] - mean[mo + c];
                sum += d;
                squares = Math.fma(d, d, squares);
            }
            sums[so + c] = sum;
            sums[so + channels + c] = squares;
        }
    }

    /** y = (x - centre) scale + shift; {@code map} holds the three, {@code channels} floats each. */
    static void affine(int from, int rows, int channels, float[] x, int xo, float[] map, int mo, float[] y, int yo) {
        for (int row = 0; row < rows; row++) {
            for (int c = from; c < channels; c++) {
                y[yo + row * channels + c] = affine(x[xo + row * channels + c], map, mo + c, channels);
            }
        }
    }

    static void leakyRelu(
            int from, int rows, int channels, float[] x, int xo, float[] map, int mo, float slope, float[] y, int yo) {
        for (int row = 0; row < rows; row++) {
            for (int c = from; c < channels; c++) {
                float v = affine(x[xo + row * channels + c], map, mo + c, channels);
                y[yo + row * channels + c] = ScalarElementwise.leakyRelu(v, slope);
            }
        }
    }

    static void silu(int from, int rows, int channels, float[] x, int xo, float[] map, int mo, float[] y, int yo) {
        for (int row = 0; row < rows; row++) {
            for (int c = from; c < channels; c++) {
                float v = affine(x[xo + row * channels + c], map, mo + c, channels);
                y[yo + row * channels + c] = ScalarActivations.silu(v);
            }
        }
    }

    /** v + sin²(alpha v) / alpha; {@code map} holds alpha and 1 / alpha behind the three of the affine part. */
    static void snake(int from, int rows, int channels, float[] x, int xo, float[] map, int mo, float[] y, int yo) {
        for (int row = 0; row < rows; row++) {
            for (int c = from; c < channels; c++) {
                float v = affine(x[xo + row * channels + c], map, mo + c, channels);
                float square = FloatMath.sinSquared(v * map[mo + 3 * channels + c]);
                y[yo + row * channels + c] = Math.fma(square, map[mo + 4 * channels + c], v);
            }
        }
    }

    private static float affine(float x, float[] map, int at, int channels) {
        return Math.fma(x - map[at], map[at + channels], map[at + 2 * channels]);
    }
}
