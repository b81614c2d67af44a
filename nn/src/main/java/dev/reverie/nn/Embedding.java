package dev.reverie.nn;

import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Ops;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.io.WeightScope;

/** Rows of a learned table {@code [vocabulary, width]}, by number. */
public record Embedding(Tensor table) {

    /** Reads {@code weight [vocabulary, width]}. */
    public static Embedding load(WeightScope scope, int vocabulary, int width) {
        return new Embedding(scope.tensor("weight", Shape.of(vocabulary, width)));
    }

    /** {@code ids.length -> [ids.length, width]}; an id outside the table is an IllegalArgumentException. */
    public Tensor apply(Frame frame, int[] ids) {
        return Ops.embedding(frame, ids, table);
    }

    /** This table followed by further rows, {@code [K, width]}; a copy. */
    public Embedding withRows(Tensor rows) {
        int width = table.dim(1);
        if (rows.shape().rank() != 2 || rows.dim(1) != width) {
            throw new IllegalArgumentException("rows %s do not fit a table of width %d".formatted(rows.shape(), width));
        }
        Tensor joined = Tensor.zeros(Shape.of(table.dim(0) + rows.dim(0), width));
        System.arraycopy(table.data(), table.offset(), joined.data(), 0, table.elementCount());
        System.arraycopy(rows.data(), rows.offset(), joined.data(), table.elementCount(), rows.elementCount());
        return new Embedding(joined);
    }
}
