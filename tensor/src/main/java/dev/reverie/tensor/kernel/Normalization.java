package dev.reverie.tensor.kernel;

import dev.reverie.tensor.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Norms over rows: sums in sixteen partial sums and one tree, in two passes, so that a large mean costs no digits.
 *
 * <p>A row's steps wait for each other, and its end is a chain of scalar code. So some rows at a time take each step
 * together: the processor then works on several of them at once.
 */
public final class Normalization {
    /** Elements of one piece of work: 16 KiB, and as much for the result, stay in the L1 cache. */
    private static final int BLOCK = 4096;

    private static final int MOST_ROWS = 16;
    private static final int SUMS = 32; // sixteen partial sums of distances, sixteen of their squares

    private final int n;
    private final Tensor x;
    private final @Nullable Tensor weight;
    private final @Nullable Tensor bias;
    private final float eps;
    private final Tensor y;

    private Normalization(int n, Tensor x, @Nullable Tensor weight, @Nullable Tensor bias, float eps, Tensor y) {
        this.n = n;
        this.x = x;
        this.weight = weight;
        this.bias = bias;
        this.eps = eps;
        this.y = y;
    }

    /** Zero mean and unit variance, then weight and bias, {@code [n]} or none. */
    public static void layer(
            int rows, int n, Tensor x, @Nullable Tensor weight, @Nullable Tensor bias, float eps, Tensor y) {
        Normalization norm = new Normalization(n, x, weight, bias, eps, y);
        blocks(rows, n, norm::layer);
    }

    /** Divided by the root of the mean square, then weight, {@code [n]} or none. */
    public static void rms(int rows, int n, Tensor x, @Nullable Tensor weight, float eps, Tensor y) {
        Normalization norm = new Normalization(n, x, weight, null, eps, y);
        blocks(rows, n, norm::rms);
    }

    @FunctionalInterface
    private interface Block {
        /** Rows {@code first .. first + count - 1}. */
        void apply(int first, int count, float[] sums, float[] centres);
    }

    private static void blocks(int rows, int n, Block block) {
        int perPiece = Math.clamp(BLOCK / Math.max(1, n), 1, MOST_ROWS);
        Pool.run((rows + perPiece - 1) / perPiece, (piece, scratch) -> {
            int first = piece * perPiece;
            float[] sums = scratch.floats(0, MOST_ROWS * SUMS);
            block.apply(first, Math.min(perPiece, rows - first), sums, scratch.floats(1, MOST_ROWS));
        });
    }

    private void layer(int first, int count, float[] sums, float[] centres) {
        int from = x.offset() + first * n;
        Arrays.fill(sums, 0, count * SUMS, 0f);
        for (int row = 0; row < count; row++) {
            sum(from + row * n, sums, row * SUMS);
        }
        for (int row = 0; row < count; row++) {
            centres[row] = Reduction.tree16(sums, row * SUMS) / n;
        }
        Arrays.fill(sums, 0, count * SUMS, 0f);
        for (int row = 0; row < count; row++) {
            centredSums(centres[row], from + row * n, sums, row * SUMS);
        }
        for (int row = 0; row < count; row++) {
            double correction = (double) Reduction.tree16(sums, row * SUMS) / n; // mean - centre
            double variance = (double) Reduction.tree16(sums, row * SUMS + 16) / n - correction * correction;
            double scale = 1 / Math.sqrt(Math.max(0, variance) + eps);
            float shift = (float) (-correction * scale);
            normalize(centres[row], (float) scale, shift, from + row * n, y.offset() + (first + row) * n);
        }
    }

    private void rms(int first, int count, float[] sums, float[] centres) {
        int from = x.offset() + first * n;
        Arrays.fill(sums, 0, count * SUMS, 0f);
        for (int row = 0; row < count; row++) {
            centredSums(0f, from + row * n, sums, row * SUMS);
        }
        for (int row = 0; row < count; row++) {
            double square = (double) Reduction.tree16(sums, row * SUMS + 16) / n;
            scale((float) (1 / Math.sqrt(square + eps)), from + row * n, y.offset() + (first + row) * n);
        }
    }

    private void sum(int at, float[] sums, int to) {
        int done = Lanes.VECTOR ? VectorRow.sum(n, x.data(), at, sums, to) : 0;
        ScalarRow.sum(done, n, x.data(), at, sums, to);
    }

    private void centredSums(float centre, int at, float[] sums, int to) {
        int done = Lanes.VECTOR ? VectorRow.centredSums(n, centre, x.data(), at, sums, to) : 0;
        ScalarRow.centredSums(done, n, centre, x.data(), at, sums, to);
    }

    private void normalize(float centre, float scale, float shift, int at, int to) {
        float[] in = x.data();
        float[] out = y.data();
        if (weight != null && bias != null) {
            float[] w = weight.data();
            float[] b = bias.data();
            int wo = weight.offset();
            int bo = bias.offset();
            int done = Lanes.VECTOR ? VectorRow.normalize(n, centre, scale, shift, in, at, w, wo, b, bo, out, to) : 0;
            ScalarRow.normalize(done, n, centre, scale, shift, in, at, w, wo, b, bo, out, to);
            return;
        }
        int done = Lanes.VECTOR ? VectorRow.normalize(n, centre, scale, shift, in, at, out, to) : 0;
        ScalarRow.normalize(done, n, centre, scale, shift, in, at, out, to);
        if (weight != null) {
            Elementwise.multiplyBlock(n, weight.data(), weight.offset(), out, to, out, to);
        } else if (bias != null) {
            Elementwise.addBlock(n, bias.data(), bias.offset(), out, to, out, to);
        }
    }

    private void scale(float factor, int at, int to) {
        if (weight == null) {
            Elementwise.scaleBlock(n, factor, x.data(), at, y.data(), to);
            return;
        }
        float[] w = weight.data();
        int wo = weight.offset();
        int done = Lanes.VECTOR ? VectorRow.scale(n, factor, x.data(), at, w, wo, y.data(), to) : 0;
        ScalarRow.scale(done, n, factor, x.data(), at, w, wo, y.data(), to);
    }
}
