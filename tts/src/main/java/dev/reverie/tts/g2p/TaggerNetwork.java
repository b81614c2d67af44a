package dev.reverie.tts.g2p;

import dev.reverie.nn.LayerNorm;
import dev.reverie.nn.Linear;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Ops;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.Weight;
import dev.reverie.tensor.io.WeightScope;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The network of the tagger: hashed embeddings, a mixing layer, four layers that look at the neighbours, a linear read-out
 * (spaCy's {@code HashEmbedCNN}; "maxout window encoder" in thinc 8).
 *
 * @param embeddings one table an attribute, {@code [rows, 96]}
 * @param mix of a token's six embeddings
 * @param layers each of a token and its two neighbours
 * @param output 96 to the number of tags
 */
record TaggerNetwork(List<Tensor> embeddings, Maxout mix, List<Maxout> layers, Linear output) {
    private static final int WIDTH = 96;
    private static final int PIECES = 3;
    private static final int WINDOW = 3;
    private static final int LAYERS = 4;
    private static final double EPSILON = 1e-8;

    /** Rows of zeros before the first and after the last token, and how far a token sees: one place a layer. */
    static final int REACH = LAYERS;

    /** The largest of three affine maps, then a layer norm: {@code x [L, in] -> [L, 96]}. */
    record Maxout(Linear pieces, LayerNorm norm) {
        static Maxout load(WeightScope scope, int in) {
            Tensor weight = scope.tensor("weight", Shape.of(WIDTH, PIECES, in)).reshape(WIDTH * PIECES, in);
            Tensor bias = scope.tensor("bias", Shape.of(WIDTH, PIECES)).reshape(WIDTH * PIECES);
            return new Maxout(new Linear(Weight.of(weight), bias), LayerNorm.load(scope.at("norm"), WIDTH, EPSILON));
        }

        Tensor apply(Frame caller, Tensor x) {
            try (Frame frame = caller.frame()) {
                return frame.keep(norm.apply(frame, largest(frame, pieces.apply(frame, x))));
            }
        }

        private static Tensor largest(Frame frame, Tensor pieces) {
            Tensor y = frame.tensor(pieces.dim(0), WIDTH);
            float[] from = pieces.data();
            float[] to = y.data();
            for (int i = 0; i < y.elementCount(); i++) {
                int p = pieces.offset() + i * PIECES;
                to[y.offset() + i] = Math.max(from[p], Math.max(from[p + 1], from[p + 2]));
            }
            return y;
        }
    }

    static TaggerNetwork load(WeightScope scope, int tagCount) {
        List<Tensor> embeddings = TagFeatures.ATTRIBUTES.stream()
                .map(a -> scope.tensor("embed." + a + ".weight", Shape.of(a.rowCount(), WIDTH)))
                .toList();
        return new TaggerNetwork(
                embeddings,
                Maxout.load(scope.at("mix"), embeddings.size() * WIDTH),
                IntStream.range(0, LAYERS)
                        .mapToObj(i -> Maxout.load(scope.at("encode").at(i), WINDOW * WIDTH))
                        .toList(),
                Linear.load(scope.at("output"), WIDTH, tagCount));
    }

    /** Mixed embeddings of tokens: {@code keys [L][6] -> [L, 96]}. */
    Tensor embed(Frame caller, List<long[]> keys) {
        try (Frame frame = caller.frame()) {
            Tensor sums = frame.tensor(keys.size(), embeddings.size() * WIDTH);
            Arrays.fill(sums.data(), sums.offset(), sums.offset() + sums.elementCount(), 0f);
            int at = sums.offset();
            for (long[] token : keys) {
                for (int a = 0; a < embeddings.size(); a++, at += WIDTH) {
                    for (int row : TagFeatures.ATTRIBUTES.get(a).rows(token[a])) {
                        addRow(embeddings.get(a), row, sums.data(), at);
                    }
                }
            }
            return frame.keep(mix.apply(frame, sums));
        }
    }

    private static void addRow(Tensor table, int row, float[] sums, int at) {
        float[] values = table.data();
        int from = table.offset() + row * WIDTH;
        for (int i = 0; i < WIDTH; i++) {
            sums[at + i] += values[from + i];
        }
    }

    /** All four layers: {@code x [L, 96] -> [L, 96]}; beyond the rows are zeros, which stay. */
    Tensor encode(Frame caller, Tensor x) {
        Tensor y = x;
        try (Frame frame = caller.frame()) {
            for (Maxout layer : layers) {
                y = Ops.add(frame, y, layer.apply(frame, neighbours(frame, y)));
            }
            return frame.keep(y);
        }
    }

    /** Each row between the one before and the one after: {@code [L, 96] -> [L, 288]}. */
    private static Tensor neighbours(Frame frame, Tensor x) {
        int rows = x.dim(0);
        Tensor padded = padded(frame, x, 1, 1);
        return Ops.concat(frame, padded.rows(0, rows), padded.rows(1, rows + 1), padded.rows(2, rows + 2));
    }

    /** Zeros around rows: {@code [L, D] -> [before + L + after, D]}. */
    static Tensor padded(Frame frame, Tensor x, int before, int after) {
        int width = x.dim(1);
        Tensor y = frame.tensor(before + x.dim(0) + after, width);
        int start = y.offset();
        Arrays.fill(y.data(), start, start + y.elementCount(), 0f);
        System.arraycopy(x.data(), x.offset(), y.data(), start + before * width, x.elementCount());
        return y;
    }

    /** The weight of each tag: {@code x [L, 96] -> [L, tags]}. */
    Tensor logits(Frame frame, Tensor x) {
        return output.apply(frame, x);
    }
}
