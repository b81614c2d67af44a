package dev.reverie.tensor.kernel;

/** The right factor of a product, {@code [K, N]}, as float32 {@link Panels}, whole or a block of k at a time. */
public interface PanelSource {
    int k();

    int n();

    /** Columns that a product asks for at a time, whole panels. */
    int columnsOfPass();

    /**
     * Rows {@code k .. k + length - 1} of the panels that hold columns {@code from} up to {@code to}; valid until this
     * thread asks again.
     */
    Block block(int from, int to, int k, int length, Scratch scratch);

    /**
     * Multiplies one row, {@code a[at ..]}, by columns {@code from} up to {@code to} without unpacking them first, as far
     * as there is a kernel for that; {@code c[co]} is column 0. Returns the first column that is left to do.
     */
    default int multiplyRow(float[] a, int at, int from, int to, float[] c, int co, Scratch scratch) {
        return from;
    }

    /** Where such rows lie: full panels are {@code pitch} floats a column, of which the first {@code skip} are earlier k. */
    record Block(float[] values, int base, int pitch, int skip) {
        /** The first row of the panel that begins with {@code column} and is {@code width} wide. */
        int at(int column, int width) {
            return base + column * pitch + skip * width;
        }
    }
}
