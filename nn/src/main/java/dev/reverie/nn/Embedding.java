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
}
