package dev.reverie.tensor.kernel;

/**
 * Matrix products. An output element is one chain of fused multiply-adds from zero, k ascending; the epilogue comes
 * after.
 */
public final class MatMul {
    /** Multiply-adds that one thread does in the time that it takes to wake another. */
    private static final long SMALL = 1 << 18;

    /** Pieces that a large product has at least, so that two to eight threads end at about the same time. */
    private static final int PIECES = 16;

    private MatMul() {}

    /**
     * {@code c [m, n] = a [m, k] b [k, n]}.
     *
     * @param aStride distance of two rows of {@code a}
     * @param cStride distance of two rows of {@code c}
     */
    public static void multiply(
            int m, float[] a, int ao, int aStride, Panels b, Epilogue epilogue, float[] c, int co, int cStride) {
        Runs runs = Runs.of(b.k);
        if (b.k == 0) {
            zeros(m, b.n, epilogue, c, co, cStride);
            return;
        }
        int rowPieces = (m + Product.ROWS - 1) / Product.ROWS;
        int columns = columns(m, b);
        int columnPieces = (b.n + columns - 1) / columns;
        Pool.run(rowPieces * columnPieces, (piece, scratch) -> {
            int row = piece / columnPieces * Product.ROWS;
            int count = Math.min(Product.ROWS, m - row);
            int from = piece % columnPieces * columns;
            Rows rows = new Rows(
                    a, table(ao + row * aStride, aStride, count), c, table(co + row * cStride, cStride, count));
            Product.run(rows, count, runs, b, from, Math.min(b.n, from + columns), epilogue, scratch);
        });
    }

    /** Columns of a piece, whole panels: fewer where there are few rows, so that there are {@link #PIECES} pieces. */
    private static int columns(int m, Panels b) {
        if ((long) m * b.n * b.k < SMALL) {
            return Math.max(1, b.n);
        }
        int rowPieces = (m + Product.ROWS - 1) / Product.ROWS;
        int columns = (int) ((long) b.n * rowPieces / PIECES) / Tile.WIDTH * Tile.WIDTH;
        return Math.clamp(columns, Tile.WIDTH, Product.COLUMNS);
    }

    private static int[] table(int first, int stride, int count) {
        int[] table = new int[count];
        for (int i = 0; i < count; i++) {
            table[i] = first + i * stride;
        }
        return table;
    }

    private static void zeros(int m, int n, Epilogue epilogue, float[] c, int co, int cStride) {
        for (int row = 0; row < m; row++) {
            java.util.Arrays.fill(c, co + row * cStride, co + row * cStride + n, 0f);
            epilogue.apply(c, co + row * cStride, 0, n);
        }
    }
}
