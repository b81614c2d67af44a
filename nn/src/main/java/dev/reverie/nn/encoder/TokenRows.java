package dev.reverie.nn.encoder;

import dev.reverie.nn.Embedding;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Ops;
import dev.reverie.tensor.Tensor;
import java.util.Arrays;
import java.util.stream.IntStream;

/** A batch of texts of one length, as rows of tables. */
final class TokenRows {
    private TokenRows() {}

    /** {@code ids [N][L] -> [N, L, C]}. */
    static Tensor embed(Frame frame, Embedding table, int[][] ids) {
        int length = length(ids);
        int[] flat = Arrays.stream(ids).flatMapToInt(Arrays::stream).toArray();
        return table.apply(frame, flat)
                .reshape(ids.length, length, table.table().dim(1));
    }

    /** Adds to {@code x [N, L, C]} the first L rows of a table of learned positions. */
    static Tensor addPositions(Frame frame, Embedding positions, Tensor x) {
        int length = x.dim(1);
        if (length > positions.table().dim(0)) {
            throw new IllegalArgumentException("%d tokens, the model has %d positions"
                    .formatted(length, positions.table().dim(0)));
        }
        int[] places =
                IntStream.range(0, x.dim(0) * length).map(i -> i % length).toArray();
        return Ops.add(frame, x, positions.apply(frame, places));
    }

    /** Of each text one token: {@code x [N, L, C], places [N] -> [N, C]}. */
    static Tensor pick(Frame frame, Tensor x, int[] places) {
        int length = x.dim(1);
        int[] rows = IntStream.range(0, places.length)
                .map(n -> n * length + places[n])
                .toArray();
        return Ops.embedding(frame, rows, x.reshape(x.dim(0) * length, x.dim(2)));
    }

    private static int length(int[][] ids) {
        if (ids.length == 0 || ids[0].length == 0) {
            throw new IllegalArgumentException("there are no tokens to encode");
        }
        for (int[] row : ids) {
            if (row.length != ids[0].length) {
                throw new IllegalArgumentException(
                        "texts of %d and %d tokens in one batch".formatted(ids[0].length, row.length));
            }
        }
        return ids[0].length;
    }
}
