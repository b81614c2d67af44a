package dev.reverie.tensor.kernel;

import java.util.Arrays;

/**
 * A convolution to very few channels, as decoders of pictures end in: outputs side by side would leave most lanes of a
 * vector empty, so lanes go along k. Element k of a row goes to partial sum k mod 16, and {@link Reduction} adds the
 * sixteen.
 */
final class Narrow {
    /** Rows, and outputs, that the vector twin computes together. */
    static final int ROWS = 4;

    static final int OUTPUTS = 2;

    private static final int PARTIAL = 3; // scratch slot

    /** Outputs at most: with more, the register tile is faster. */
    private static final int MOST_OUTPUTS = 4;

    /** Steps of k at least: below, adding the partial sums costs too much. */
    private static final int LEAST_STEPS = 256;

    private final int outputs;
    private final int k;
    /** {@code [outputs, rounded up to an even number][k]}. */
    private final float[] weights;

    /** @param values {@code [outputs][k]} */
    Narrow(int outputs, int k, float[] values) {
        this.outputs = outputs;
        this.k = k;
        this.weights = Arrays.copyOf(values, (outputs + 1) / OUTPUTS * OUTPUTS * k);
    }

    /** Whether this way is the better one, which the shape alone decides. */
    static boolean fits(int groups, int inPerGroup, int taps, int out) {
        return groups == 1 && out <= MOST_OUTPUTS && inPerGroup % 16 == 0 && inPerGroup * taps >= LEAST_STEPS;
    }

    /**
     * Computes all rows.
     *
     * @param runs where the k of a row lie, in sixteens
     */
    void run(Rows rows, Runs runs, Epilogue epilogue, Scratch scratch) {
        float[] partial = scratch.floats(PARTIAL, ROWS * OUTPUTS * 16);
        int[] from = new int[ROWS];
        for (int r = 0; r < rows.count(); r += ROWS) {
            int count = Math.min(ROWS, rows.count() - r);
            for (int i = 0; i < ROWS; i++) {
                from[i] = rows.from[r + Math.min(i, count - 1)];
            }
            for (int o = 0; o < outputs; o += OUTPUTS) {
                sums(rows.a, from, runs, o * k, partial);
                for (int i = 0; i < count * OUTPUTS; i++) {
                    if (o + i % OUTPUTS < outputs) {
                        rows.c[rows.to[r + i / OUTPUTS] + o + i % OUTPUTS] = Reduction.tree16(partial, i * 16);
                    }
                }
            }
            for (int i = 0; i < count; i++) {
                epilogue.apply(rows.c, rows.to[r + i], 0, outputs);
            }
        }
    }

    /** Sixteen partial sums of each of four rows with each of two outputs. */
    private void sums(float[] a, int[] from, Runs runs, int w, float[] partial) {
        Arrays.fill(partial, 0, ROWS * OUTPUTS * 16, 0f);
        for (int run = 0, at = w; run < runs.count(); at += runs.length(run), run++) {
            if (Lanes.VECTOR) {
                VectorNarrow.sums(runs.length(run), a, from, runs.shift(run), weights, at, at + k, partial);
            } else {
                sums(runs.length(run), a, from, runs.shift(run), at, partial);
            }
        }
    }

    private void sums(int n, float[] a, int[] from, int shift, int w, float[] partial) {
        for (int i = 0; i < ROWS * OUTPUTS; i++) {
            int row = from[i / OUTPUTS] + shift;
            int weight = w + i % OUTPUTS * k;
            for (int j = 0; j < n; j++) {
                int at = i * 16 + (j & 15);
                partial[at] = Math.fma(a[row + j], weights[weight + j], partial[at]);
            }
        }
    }
}
