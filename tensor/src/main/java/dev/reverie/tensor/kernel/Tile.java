package dev.reverie.tensor.kernel;

/**
 * The register tile: the inner loop that all products and convolutions end in.
 *
 * <p>A tile is some rows times the columns of one panel. Its accumulators stay in registers over {@code kc} steps of k,
 * each step loading one row of the panel and broadcasting one element of each row of the left factor. A call that is
 * not the first of its chain takes the results so far as its starting accumulators, so blocks of k leave the bits alone.
 *
 * <p>Shapes by registers (the accumulators, the panel's row and a broadcast must fit): 32 registers (AVX-512, NEON)
 * hold 6 rows of 4 vectors, 16 registers (AVX2) 6 rows of 2. Six rows still lie in different ways of an 8-way first-level
 * cache when their distance is a power of two, so the left factor needs no packing.
 */
final class Tile {
    /** Columns that a vector, and the narrowest panel, has. The scalar twin's is free: 16 keeps its inner loop long. */
    static final int UNIT = Lanes.VECTOR ? Lanes.COUNT : 16;

    private static final boolean SIXTEEN_REGISTERS = Lanes.COUNT == 8;

    /** Vectors of a full panel. */
    static final int VECTORS = !Lanes.VECTOR ? 1 : SIXTEEN_REGISTERS ? 2 : 4;

    /** Columns of a full panel. */
    static final int WIDTH = VECTORS * UNIT;

    /** Rows of a full tile. */
    static final int ROWS = 6;

    /** What a chain starts from. */
    static final float[] ZEROS = new float[WIDTH];

    private Tile() {}

    /** Rows of the next tile when {@code left} rows are left: a full one, or the largest kernel that fits. */
    static int rows(int left) {
        return left >= ROWS ? ROWS : left >= 4 ? 4 : left >= 2 ? 2 : 1;
    }

    /** Vectors of the next panel when {@code left} columns are left. */
    static int vectors(int left) {
        int vectors = (left + UNIT - 1) / UNIT;
        return vectors >= VECTORS ? VECTORS : vectors >= 2 ? 2 : 1;
    }

    /**
     * Goes on with the chains of {@code count} rows from {@code r}, {@code column} on, over {@code kc} steps.
     *
     * @param count as {@link #rows} gave it
     * @param shift added to where each row of the left factor begins
     * @param b the panel's {@code [kc][vectors UNIT]} from {@code bo} on
     * @param first whether the chains start here, from zero
     */
    static void run(
            int count, int vectors, Rows rows, int r, int shift, int kc, float[] b, int bo, int column, boolean first) {
        if (!Lanes.VECTOR) {
            ScalarTile.run(count, rows, r, shift, kc, b, bo, column, first);
            return;
        }
        // not decided inside of them: they are compiled after a few calls, which may all be first ones
        float[] s = first ? ZEROS : rows.c;
        int keep = first ? 0 : -1;
        switch (vectors) {
            case 4 -> VectorTile4.run(count, rows, r, shift, kc, b, bo, column, s, keep);
            case 2 -> VectorTile2.run(count, rows, r, shift, kc, b, bo, column, s, keep);
            default -> VectorTile1.run(count, rows, r, shift, kc, b, bo, column, s, keep);
        }
    }
}
