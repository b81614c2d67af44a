package dev.reverie.tensor.kernel;

/**
 * Norms over the places of each channel, on a block {@code [rows, channels]}, for channels {@code from .. channels - 1}:
 * a chain over the rows for each, some chains side by side, of which the last channel's may be computed twice.
 */
final class ScalarChannels {
    private ScalarChannels() {}

    /** The mean of each channel over the block, rounded to float. */
    static void means(int from, int rows, int channels, float[] x, int xo, float[] mean, int mo) {
        for (int c = from; c < channels; c += 4) {
            int c1 = Math.min(c + 1, channels - 1);
            int c2 = Math.min(c + 2, channels - 1);
            int c3 = Math.min(c + 3, channels - 1);
            float sum0 = 0f;
            float sum1 = 0f;
            float sum2 = 0f;
            float sum3 = 0f;
            for (int row = 0; row < rows; row++) {
                int at = xo + row * channels;
                sum0 += x[at + c];
                sum1 += x[at + c1];
                sum2 += x[at + c2];
                sum3 += x[at + c3];
            }
            mean[mo + c] = sum0 / rows;
            mean[mo + c1] = sum1 / rows;
            mean[mo + c2] = sum2 / rows;
            mean[mo + c3] = sum3 / rows;
        }
    }

    /** Sums of d = x - mean and of d², the latter {@code channels} floats behind the former. */
    static void centredSums(
            int from, int rows, int channels, float[] x, int xo, float[] mean, int mo, float[] sums, int so) {
        for (int c = from; c < channels; c += 2) {
            int c1 = Math.min(c + 1, channels - 1);
            float centre0 = mean[mo + c];
            float centre1 = mean[mo + c1];
            float sum0 = 0f;
            float sum1 = 0f;
            float squares0 = 0f;
            float squares1 = 0f;
            for (int row = 0; row < rows; row++) {
                float d = x[xo + row * channels + c] - centre0;
                sum0 += d;
                squares0 = Math.fma(d, d, squares0);
                d = x[xo + row * channels + c1] - centre1;
                sum1 += d;
                squares1 = Math.fma(d, d, squares1);
            }
            sums[so + c] = sum0;
            sums[so + c1] = sum1;
            sums[so + channels + c] = squares0;
            sums[so + channels + c1] = squares1;
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
