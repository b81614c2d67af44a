package dev.reverie.tensor.kernel;

/**
 * Matrix products. An output element is one chain of fused multiply-adds from zero, k ascending; the epilogue comes
 * after.
 */
public final class MatMul {
    /** Rows that are multiplied one by one where a row has a kernel of its own. */
    private static final int FEW = 4;

    private MatMul() {}

    /**
     * {@code c [m, n] = a [m, k] b [k, n]}.
     *
     * @param aStride distance of two rows of {@code a}
     * @param cStride distance of two rows of {@code c}
     */
    public static void multiply(
            int m, float[] a, int ao, int aStride, PanelSource b, Epilogue epilogue, float[] c, int co, int cStride) {
        Runs runs = Runs.of(b.k());
        int rowsOfPiece = Product.rowsOfPiece(m, b.mostRowsOfPiece());
        int rowPieces = (m + rowsOfPiece - 1) / rowsOfPiece;
        int columns = Product.columnsOfPiece(m, b);
        int columnPieces = (b.n() + columns - 1) / columns;
        Pool.run(rowPieces * columnPieces, (piece, scratch) -> {
            int row = piece / columnPieces * rowsOfPiece;
            int count = Math.min(rowsOfPiece, m - row);
            int from = piece % columnPieces * columns;
            int to = Math.min(b.n(), from + columns);
            int done = from;
            for (int r = 0; r < m && m <= FEW; r++) {
                done = b.multiplyRow(a, ao + r * aStride, from, to, c, co + r * cStride, scratch);
                epilogue.apply(c, co + r * cStride + from, from, done - from);
            }
            Rows rows = new Rows(
                    a, table(ao + row * aStride, aStride, count), c, table(co + row * cStride, cStride, count));
            Product.run(rows, runs, b, done, to, epilogue, scratch);
        });
        b.release();
    }

    static int[] table(int first, int stride, int count) {
        int[] table = new int[count];
        for (int i = 0; i < count; i++) {
            table[i] = first + i * stride;
        }
        return table;
    }
}
