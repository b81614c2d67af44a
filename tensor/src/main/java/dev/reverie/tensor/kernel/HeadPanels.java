package dev.reverie.tensor.kernel;

import dev.reverie.tensor.Tensor;
import java.util.Arrays;

/** Keys and values of each head in the panels of {@link Tile}, packed once for all queries. */
final class HeadPanels {
    /** Keys of a piece: whole panels at every lane width. */
    private static final int KEYS = 64;

    private static final int SQUARE = 0; // scratch slot

    private final Tensor k;
    private final Tensor v;
    private final int heads;
    private final int keys;
    private final int d;
    private final int dv;
    private final int keyPanels;
    private final int valuePanels;
    /** Floats of one head's packed keys, and of its values. */
    private final int keyFloats;

    private final int valueFloats;

    final float[] floats;

    /**
     * Prepares panels, which {@link #pack} fills.
     *
     * @param k {@code [N, keys, heads d]}
     * @param v {@code [N, keys, heads dv]}
     * @param work {@link #floats} floats
     */
    HeadPanels(Tensor k, Tensor v, int heads, Tensor work) {
        this.k = k;
        this.v = v;
        this.heads = heads;
        floats = work.data();
        keys = k.dim(1);
        d = k.dim(2) / heads;
        dv = v.dim(2) / heads;
        keyFloats = SoftmaxRows.width(keys) * d;
        valueFloats = keys * SoftmaxRows.width(dv);
        keyPanels = work.offset();
        valuePanels = keyPanels + k.dim(0) * heads * keyFloats;
    }

    /** Working memory; panels are filled up to sixteen columns at every lane width, so that it does not depend on it. */
    static int floats(Tensor k, Tensor v, int heads) {
        int keys = k.dim(1);
        int head = Math.addExact(
                Math.multiplyExact(SoftmaxRows.width(keys), k.dim(2) / heads),
                Math.multiplyExact(keys, SoftmaxRows.width(v.dim(2) / heads)));
        return Math.multiplyExact(k.dim(0) * heads, head);
    }

    /** A piece reads the rows of some keys from end to end, the parts of all heads. */
    void pack() {
        int blocks = (keys + KEYS - 1) / KEYS;
        Pool.run(k.dim(0) * blocks, (piece, scratch) -> {
            int n = piece / blocks;
            int from = piece % blocks * KEYS;
            int to = Math.min(keys, from + KEYS);
            for (int head = 0; head < heads; head++) {
                packKeys(n, head, from, to, scratch.floats(SQUARE, 256));
                packValues(n, head, from, to);
            }
        });
    }

    /** Where the keys of a head begin, counted over the batch. */
    int keysAt(int head) {
        return keyPanels + head * keyFloats;
    }

    /** Where the values of a head begin, counted over the batch. */
    int valuesAt(int head) {
        return valuePanels + head * valueFloats;
    }

    /** Panels {@code [d][width]} of columns that are keys. */
    private void packKeys(int n, int head, int first, int end, float[] square) {
        int to = keysAt(n * heads + head);
        for (int column = first, width; column < end; column += width) {
            width = Tile.vectors(keys - column) * Tile.UNIT;
            int real = Math.min(width, keys - column);
            for (int c = 0; c < d && real < width; c++) {
                Arrays.fill(floats, to + column * d + c * width + real, to + column * d + (c + 1) * width, 0f);
            }
            int from = k.offset() + ((n * keys + column) * heads + head) * d;
            if (Lanes.VECTOR && real >= Lanes.COUNT && d >= Lanes.COUNT) {
                transpose(real, from, to + column * d, width, square);
            } else {
                transpose(real, from, to + column * d, width);
            }
        }
    }

    /** A panel in squares; the last ones reach back to the edge. */
    private void transpose(int real, int from, int to, int width, float[] square) {
        int lanes = Lanes.COUNT;
        for (int j = 0; j < real; j += lanes) {
            int key = Math.min(j, real - lanes);
            for (int i = 0; i < d; i += lanes) {
                int c = Math.min(i, d - lanes);
                int at = from + key * heads * d + c;
                VectorTranspose.square(k.data(), at, heads * d, floats, to + c * width + key, width, square);
            }
        }
    }

    private void transpose(int real, int from, int to, int width) {
        for (int j = 0; j < real; j++) {
            for (int c = 0; c < d; c++) {
                floats[to + c * width + j] = k.data()[from + j * heads * d + c];
            }
        }
    }

    /** Panels {@code [keys][width]} of columns of values. */
    private void packValues(int n, int head, int first, int end) {
        int to = valuesAt(n * heads + head);
        for (int column = 0, width; column < dv; column += width) {
            width = Tile.vectors(dv - column) * Tile.UNIT;
            int real = Math.min(width, dv - column);
            for (int j = first; j < end; j++) {
                int at = to + column * keys + j * width;
                int from = v.offset() + ((n * keys + j) * heads + head) * dv + column;
                int done = Lanes.VECTOR ? VectorCopy.copy(real, v.data(), from, floats, at) : 0;
                for (int i = done; i < width; i++) {
                    floats[at + i] = i < real ? v.data()[from + i] : 0f;
                }
            }
        }
    }
}
