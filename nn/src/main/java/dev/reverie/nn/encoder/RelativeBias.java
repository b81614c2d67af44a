package dev.reverie.nn.encoder;

import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.io.WeightScope;
import org.jspecify.annotations.Nullable;

/**
 * T5's relative positions (Raffel et al., arXiv 1910.10683): a learned number for each head and each range of
 * distances, added to the scores. Half of the ranges are for keys after the query; the near half of each are single
 * distances, the others grow by a constant factor. As {@code T5Attention._relative_position_bucket} of transformers.
 *
 * @param table {@code [buckets, heads]}
 * @param maxDistance from which on all distances share one number
 */
public record RelativeBias(Tensor table, int maxDistance) {

    /** Reads {@code weight [buckets, heads]}. */
    static RelativeBias load(WeightScope scope, T5Config config) {
        Tensor table = scope.tensor("weight", Shape.of(config.buckets(), config.heads()));
        return new RelativeBias(table, config.maxDistance());
    }

    /**
     * The bias of texts of one length.
     *
     * @param padding {@code [N, 1, 1, L]}, added; or null
     * @return {@code [N or 1, heads, L, L]}
     */
    Tensor apply(Frame frame, int length, @Nullable Tensor padding) {
        int heads = table.dim(1);
        Tensor bias = frame.tensor(padding == null ? 1 : padding.dim(0), heads, length, length);
        if (!frame.isMeasuring()) {
            for (int head = 0; head < heads; head++) {
                float[] line = byDistance(head, length);
                for (int n = 0; n < bias.dim(0); n++) {
                    fill(bias, n * heads + head, line, padding, n * length);
                }
            }
        }
        return bias;
    }

    /** A head's numbers for the distances {@code 1 - length .. length - 1}. */
    private float[] byDistance(int head, int length) {
        float[] line = new float[2 * length - 1];
        for (int i = 0; i < line.length; i++) {
            line[i] = table.get(bucket(i - (length - 1)) * table.dim(1) + head);
        }
        return line;
    }

    /** Row i of a plane is the line's part from {@code length - 1 - i} on, plus the row of {@code padding}. */
    private static void fill(Tensor bias, int plane, float[] line, @Nullable Tensor padding, int paddingRow) {
        int length = bias.dim(3);
        for (int i = 0; i < length; i++) {
            int to = bias.offset() + (plane * length + i) * length;
            System.arraycopy(line, length - 1 - i, bias.data(), to, length);
            for (int j = 0; padding != null && j < length; j++) {
                bias.data()[to + j] += padding.get(paddingRow + j);
            }
        }
    }

    /** The range that {@code distance}, key minus query, lies in. */
    int bucket(int distance) {
        int half = table.dim(0) / 2;
        int exact = half / 2;
        int magnitude = Math.abs(distance);
        int bucket = magnitude;
        if (magnitude >= exact) {
            // in float32, as the reference: at powers of the factor rounding decides
            float octaves = (float) StrictMath.log(magnitude / (float) exact);
            float scaled = octaves / (float) StrictMath.log(maxDistance / (double) exact) * (half - exact);
            bucket = Math.min(half - 1, exact + (int) scaled);
        }
        return distance > 0 ? half + bucket : bucket;
    }
}
