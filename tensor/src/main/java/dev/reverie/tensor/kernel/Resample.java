package dev.reverie.tensor.kernel;

import java.util.Arrays;

/**
 * Resampling along one axis: output row {@code i} is the sum of input rows {@code rows[i taps + t]} times their
 * weights, t ascending. Rows outside the axis are its edge, rows of weight zero are not read.
 */
public final class Resample {
    /** Elements of one piece of work. */
    private static final int BLOCK = 16384;

    private final int in;
    private final int out;
    private final int taps;
    private final int[] rows;
    private final float[] weights;

    private Resample(int in, int out, int taps) {
        this.in = in;
        this.out = out;
        this.taps = taps;
        rows = new int[out * taps];
        weights = new float[out * taps];
    }

    private void tap(int row, int tap, int from, float weight) {
        rows[row * taps + tap] = Math.clamp(from, 0, in - 1);
        weights[row * taps + tap] = weight;
    }

    /** Between the two rows around the output's centre; positions in float, as in PyTorch. */
    public static Resample linear(int in, int out) {
        Resample resample = new Resample(in, out, 2);
        float scale = (float) in / out;
        for (int i = 0; i < out; i++) {
            float position = Math.max(0f, scale * (i + 0.5f) - 0.5f);
            int row = Math.min((int) position, in - 1);
            float part = Math.clamp(position - row, 0f, 1f);
            resample.tap(i, 0, row, 1f - part);
            resample.tap(i, 1, row + 1, part);
        }
        return resample;
    }

    /** Keys' cubic convolution over four rows, a = -3/4. */
    public static Resample cubic(int in, int out) {
        Resample resample = new Resample(in, out, 4);
        float scale = (float) in / out;
        for (int i = 0; i < out; i++) {
            float position = scale * (i + 0.5f) - 0.5f;
            int row = (int) Math.floor(position);
            double part = position - row;
            for (int tap = 0; tap < 4; tap++) {
                resample.tap(i, tap, row - 1 + tap, (float) keys(Math.abs(part + 1 - tap)));
            }
        }
        return resample;
    }

    private static double keys(double distance) {
        double a = -0.75;
        return distance <= 1
                ? ((a + 2) * distance - (a + 3)) * distance * distance + 1
                : ((a * distance - 5 * a) * distance + 8 * a) * distance - 4 * a;
    }

    /** A triangle as wide as the output's rows lie apart, so that shrinking averages; as Pillow does. */
    public static Resample linearAntialiased(int in, int out) {
        double scale = (double) in / out;
        double support = Math.max(1, scale);
        Resample resample = new Resample(in, out, 2 * (int) Math.ceil(support) + 1);
        for (int i = 0; i < out; i++) {
            double centre = scale * (i + 0.5);
            int first = Math.max(0, (int) (centre - support + 0.5));
            int end = Math.min(in, (int) (centre + support + 0.5));
            double total = 0;
            for (int row = first; row < end; row++) {
                total += triangle((row + 0.5 - centre) / support);
            }
            for (int row = first; row < end; row++) {
                resample.tap(i, row - first, row, (float) (triangle((row + 0.5 - centre) / support) / total));
            }
        }
        return resample;
    }

    private static double triangle(double distance) {
        return Math.max(0, 1 - Math.abs(distance));
    }

    /** {@code x [outer, in, inner] -> y [outer, out, inner]}. */
    public void apply(int outer, int inner, float[] x, int xo, float[] y, int yo) {
        int perPiece = Math.max(1, BLOCK / Math.max(1, inner));
        int total = outer * out;
        Pool.run((total + perPiece - 1) / perPiece, (piece, scratch) -> {
            int end = Math.min(total, (piece + 1) * perPiece);
            for (int row = piece * perPiece; row < end; row++) {
                row(row % out, inner, x, xo + row / out * in * inner, y, yo + row * inner);
            }
        });
    }

    private void row(int i, int inner, float[] x, int xo, float[] y, int yo) {
        Arrays.fill(y, yo, yo + inner, 0f);
        for (int tap = i * taps; tap < (i + 1) * taps; tap++) {
            if (weights[tap] != 0f) {
                Elementwise.addScaledBlock(inner, weights[tap], x, xo + rows[tap] * inner, y, yo);
            }
        }
    }
}
