package dev.reverie.tensor.kernel;

import java.util.stream.IntStream;

/**
 * Where the tiles of one piece of a product read and write: row {@code r} of the left factor begins at
 * {@code a[from[r]]}, row {@code r} of the result at {@code c[to[r]]}. Rows need not be equidistant, so the outputs of
 * a convolution are rows as well.
 */
final class Rows {
    final float[] a;
    final int[] from;
    final float[] c;
    final int[] to;

    Rows(float[] a, int[] from, float[] c, int[] to) {
        this.a = a;
        this.from = from;
        this.c = c;
        this.to = to;
    }

    int count() {
        return from.length;
    }

    /** The same rows of other columns. */
    Rows shifted(int fromShift, int toShift) {
        return new Rows(a, plus(from, fromShift), c, plus(to, toShift));
    }

    private static int[] plus(int[] table, int shift) {
        return IntStream.of(table).map(at -> at + shift).toArray();
    }
}
