package dev.reverie.tensor.kernel;

import dev.reverie.tensor.StoredMatrix;

/** The right factor of a product, {@code [K, N]}, as float32 {@link Panels}, whole or a block of k at a time. */
public interface PanelSource {
    /** Packs a matrix {@code [n, k]}: where {@code asStored}, in the size that its numbers have, if that can be kept. */
    static PanelSource of(StoredMatrix matrix, boolean asStored) {
        return asStored && PackedPanels.canHold(matrix.dtype()) ? PackedPanels.of(matrix) : Panels.of(matrix);
    }

    int k();

    int n();

    /** Columns that a product asks for at a time, whole panels. */
    int columnsOfPass();

    /** Rows of the left factor, a multiple of six, for which a block is asked for once at most. */
    default int mostRowsOfPiece() {
        return Product.ROWS;
    }

    /** The same at least, where so many are there: reading a block again for so few costs little beside multiplying. */
    default int leastRowsOfPiece() {
        return Tile.ROWS;
    }

    /**
     * Rows {@code k .. k + length - 1} of the panels that hold columns {@code from} up to {@code to}: {@code block}
     * says where they lie until this thread asks again.
     */
    void read(int from, int to, int k, int length, Scratch scratch, Block block);

    /**
     * Rows {@code k .. k + length - 1} of the panel that begins with {@code column} and is {@code width} wide, and the
     * same {@code count - 1} times more, each {@code step} rows further: the taps of a convolution, a pitch of
     * {@code block} apart.
     */
    void readTaps(int column, int width, int k, int length, int step, int count, Scratch scratch, Block block);

    /**
     * Multiplies one row, {@code a[at ..]}, by columns {@code from} up to {@code to} without unpacking them first, as far
     * as there is a kernel for that; {@code c[co]} is column 0. Returns the first column that is left to do.
     */
    default int multiplyRow(float[] a, int at, int from, int to, float[] c, int co, Scratch scratch) {
        return from;
    }

    /** Called after a product: lets go of memory that reading alone took. */
    default void release() {}

    /** Where such rows lie: full panels are {@code pitch} floats a column, of which the first {@code skip} are earlier k. */
    final class Block {
        float[] values = {};
        int base;
        int pitch;
        private int skip;

        void set(float[] values, int base, int pitch, int skip) {
            this.values = values;
            this.base = base;
            this.pitch = pitch;
            this.skip = skip;
        }

        /** The first row of the panel that begins with {@code column} and is {@code width} wide. */
        int at(int column, int width) {
            return base + column * pitch + skip * width;
        }
    }
}
