package dev.reverie.tensor.kernel;

import java.util.Arrays;

/**
 * The products of attention on keys and values where they lie, for few queries: to pack them into panels would take
 * longer than to multiply them.
 *
 * <p>A score is a sum across a row of keys, so its element c goes to partial sum c mod 16, and {@link Reduction} adds the
 * sixteen. A sum of values is one chain over the keys, as in {@link Tile}.
 */
final class InPlace {
    /** Keys whose partial sums are added together. */
    private static final int KEYS = 16;

    /** Floats of the partial sums. */
    static final int PARTIAL = KEYS * 16;

    /** What a row of sums is filled up to: the columns that the vector twin adds together. */
    static final int COLUMNS = 64;

    private InPlace() {}

    /**
     * Products of a query with {@code count} keys, {@code stride} apart.
     *
     * @param d elements of the query and of a key
     * @param scores a row of whole sixteens; beyond {@code count} they are undefined
     */
    static void scores(
            int d,
            float[] q,
            int qo,
            int count,
            float[] k,
            int ko,
            int stride,
            float[] scores,
            int so,
            float[] partial) {
        for (int first = 0; first < count; first += KEYS) {
            int keys = Math.min(KEYS, count - first);
            int at = ko + first * stride;
            if (Lanes.VECTOR) {
                VectorInPlace.dots(d, q, qo, keys, k, at, stride, partial);
                VectorReduction.sums(partial, scores, so + first);
            } else {
                dots(d, q, qo, keys, k, at, stride, partial);
                for (int j = 0; j < keys; j++) {
                    scores[so + first + j] = Reduction.tree16(partial, j * 16);
                }
            }
        }
    }

    private static void dots(int d, float[] q, int qo, int keys, float[] k, int ko, int stride, float[] partial) {
        Arrays.fill(partial, 0, PARTIAL, 0f);
        for (int j = 0; j < keys; j++) {
            for (int c = 0; c < d; c++) {
                int at = j * 16 + (c & 15);
                partial[at] = Math.fma(q[qo + c], k[ko + j * stride + c], partial[at]);
            }
        }
    }

    /**
     * Adds {@code count} values, {@code stride} apart, each times its weight.
     *
     * @param sums of the query, filled up to whole {@link #COLUMNS}; beyond {@code dv} they are undefined
     */
    static void addValues(
            int dv, int count, float[] weights, int wo, float[] v, int vo, int stride, float[] sums, int so) {
        for (int column = 0; column < dv; column += COLUMNS) {
            int from = vo + column;
            int done =
                    Lanes.VECTOR ? VectorInPlace.addValues(count, weights, wo, v, from, stride, sums, so + column) : 0;
            int end = Math.min(COLUMNS, dv - column);
            for (int j = done; j < count; j++) {
                for (int c = 0; c < end; c++) {
                    int at = so + column + c;
                    sums[at] = Math.fma(weights[wo + j], v[from + j * stride + c], sums[at]);
                }
            }
        }
    }
}
