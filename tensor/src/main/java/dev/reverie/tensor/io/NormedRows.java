package dev.reverie.tensor.io;

import dev.reverie.tensor.DType;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.StoredMatrix;
import dev.reverie.tensor.Tensor;

/**
 * Rows {@code g v / |v|} of a matrix that is stored as directions {@code v} and lengths {@code g [rows]}; read in whole
 * rows. The norm cancels what a row is scaled with.
 */
record NormedRows(StoredMatrix directions, Tensor lengths) implements StoredMatrix {
    @Override
    public Shape shape() {
        return directions.shape();
    }

    @Override
    public DType dtype() {
        return DType.F32;
    }

    @Override
    public void floats(long from, float[] target, int at, int count) {
        directions.floats(from, target, at, count);
        int width = shape().elementCount() / lengths.elementCount();
        normalise(target, at, count, width, lengths, Math.toIntExact(from / width));
    }

    /** Gives the rows in {@code rows[at ..]}, {@code width} wide, their lengths, the first of which is {@code row}. */
    static void normalise(float[] rows, int at, int count, int width, Tensor lengths, int row) {
        for (int done = 0; done < count; done += width) {
            normalise(rows, at + done, width, lengths.get(row++));
        }
    }

    /** Computed in double and rounded once; four sums, since one would wait for itself at each step. */
    private static void normalise(float[] rows, int from, int width, double length) {
        double a = 0;
        double b = 0;
        double c = 0;
        double d = 0;
        int whole = from + (width & ~3);
        for (int i = from; i < whole; i += 4) {
            a = Math.fma(rows[i], (double) rows[i], a);
            b = Math.fma(rows[i + 1], (double) rows[i + 1], b);
            c = Math.fma(rows[i + 2], (double) rows[i + 2], c);
            d = Math.fma(rows[i + 3], (double) rows[i + 3], d);
        }
        for (int i = whole; i < from + width; i++) {
            a = Math.fma(rows[i], (double) rows[i], a);
        }
        double squares = (a + b) + (c + d);
        double factor = squares == 0 ? 0 : length / Math.sqrt(squares);
        for (int i = from; i < from + width; i++) {
            rows[i] = (float) (rows[i] * factor);
        }
    }
}
