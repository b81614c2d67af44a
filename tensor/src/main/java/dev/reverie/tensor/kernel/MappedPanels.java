package dev.reverie.tensor.kernel;

import dev.reverie.tensor.StoredMatrix;

/** {@link Panels} of a matrix that stays in its file: each use copies the rows of a block and packs them. */
public final class MappedPanels extends WideningPanels {
    private static final int ROWS = 5; // scratch slot

    /** Packing a block costs as much as multiplying it by 20 to 40 rows. */
    static final int ROWS_OF_PIECE = 8 * Product.ROWS;

    private final StoredMatrix matrix;

    private MappedPanels(StoredMatrix matrix, int k, int n) {
        super(k, n);
        this.matrix = matrix;
    }

    /** Of a matrix {@code [n, k]}, which must stay readable. */
    public static MappedPanels of(StoredMatrix matrix) {
        int n = matrix.shape().dim(0);
        return new MappedPanels(matrix, n == 0 ? 0 : matrix.shape().elementCount() / n, n);
    }

    @Override
    public int mostRowsOfPiece() {
        return ROWS_OF_PIECE;
    }

    @Override
    public void release() {
        matrix.release();
    }

    @Override
    void widen(int column, int width, int from, int length, float[] to, int at, Scratch scratch) {
        float[] rows = scratch.floats(ROWS, width * length);
        int real = Math.min(width, n() - column);
        float[] scales = matrix.scales();
        for (int j = 0; j < real; j++) {
            matrix.floats((long) (column + j) * k() + from, rows, j * length, length);
            if (scales.length > 0) {
                float scale = scales[scales.length == 1 ? 0 : column + j];
                Elementwise.scaleBlock(length, scale, rows, j * length, rows, j * length);
            }
        }
        Panels.pack(length, real, width, rows, 0, length, to, at);
    }
}
