package dev.reverie.tensor.kernel;

import java.util.Arrays;

/**
 * Where the tiles of one piece of a product read and write: row {@code r} of the left factor begins at
 * {@code a[from[r]]}, row {@code r} of the result at {@code c[to[r]]}. Rows need not be equidistant, so the outputs of
 * a convolution are rows as well. One thread fills the same tables for one piece after the other.
 */
final class Rows {
    final float[] a;
    final int[] from;
    final float[] c;
    final int[] to;
    private int count;

    /** No rows yet, of {@code most} at most. */
    Rows(float[] a, float[] c, int most) {
        this(a, new int[most], c, new int[most]);
        count = 0;
    }

    /** Rows of given tables. */
    Rows(float[] a, int[] from, float[] c, int[] to) {
        this.a = a;
        this.from = from;
        this.c = c;
        this.to = to;
        this.count = from.length;
    }

    /** Offsets of {@code count} rows at equal distances, the first at 0. */
    static int[] table(int count, int distance) {
        int[] table = new int[count];
        Arrays.setAll(table, r -> r * distance);
        return table;
    }

    int count() {
        return count;
    }

    /** From now on the first {@code count} of the tables. */
    void set(int count) {
        this.count = count;
    }

    /** From now on {@code count} rows at equal distances. */
    void set(int count, int first, int distance, int firstResult, int distanceOfResults) {
        this.count = count;
        for (int r = 0; r < count; r++) {
            from[r] = first + r * distance;
            to[r] = firstResult + r * distanceOfResults;
        }
    }

    /** From now on the same rows of other columns. */
    void shift(int columns, int columnsOfResult) {
        for (int r = 0; r < count; r++) {
            from[r] += columns;
            to[r] += columnsOfResult;
        }
    }
}
