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
        int rowsOfPiece = Product.rowsOfPiece(m, b);
        int rowPieces = (m + rowsOfPiece - 1) / rowsOfPiece;
        int columns = Product.columnsOfPiece(m, rowPieces, b);
        int columnPieces = (b.n() + columns - 1) / columns;
        Pool.run(rowPieces * columnPieces, scratch -> {
            Rows rows = new Rows(a, c, Math.min(m, rowsOfPiece));
            Product product = new Product(rows, runs, b, epilogue, scratch);
            return (piece, own) -> {
                int row = piece / columnPieces * rowsOfPiece;
                int from = piece % columnPieces * columns;
                int to = Math.min(b.n(), from + columns);
                int done = from;
                for (int r = 0; r < m && m <= FEW; r++) {
                    done = b.multiplyRow(a, ao + r * aStride, from, to, c, co + r * cStride, own);
                    epilogue.apply(c, co + r * cStride + from, from, done - from);
                }
                int count = Math.min(rowsOfPiece, m - row);
                rows.set(count, ao + row * aStride, aStride, co + row * cStride, cStride);
                product.run(done, to);
            };
        });
        b.release();
    }
}
