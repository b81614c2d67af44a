package dev.reverie.tensor.kernel;

import dev.reverie.tensor.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Softmax attention with the softmax streamed over blocks of keys (Milakov and Gimelshein, arXiv 1805.02867; Dao et
 * al., arXiv 2205.14135): scores of a block, its maximum, exponentials, and the weighted sum of values so far, which is
 * rescaled when the maximum grows. The size of a key block is part of the result's bits, so it is fixed.
 *
 * <p>Keys and values are packed once into the panels of {@link Tile}, for all queries.
 */
public final class AttentionKernel {
    /** Queries of one piece: a multiple of 6 and 4; with a block of keys 192 KiB of scores, in the L2 cache. */
    private static final int QUERIES = 96;

    /** Keys of a block: whole panels at every lane width. */
    private static final int KEYS = 512;

    /** What panels are filled up to, at every lane width, so that working memory does not depend on it. */
    private static final int FULL = 16;

    private static final int SCORES = 1; // scratch slots
    private static final int SUMS = 2;
    private static final int STATE = 3;
    private static final int TOGETHER = 4;

    private static final int MAXIMUM = 0; // parts of the state
    private static final int TOTAL = MAXIMUM + QUERIES;

    private final Tensor q;
    private final Tensor k;
    private final Tensor v;
    private final int heads;
    private final int kvHeads;
    private final float scale;
    private final @Nullable Tensor bias;
    private final boolean causal;
    private final Tensor y;
    private final float[] panels;
    private final int queries;
    private final int keys;
    private final int d;
    private final int dv;
    private final int keyPanels;
    private final int valuePanels;
    /** Floats of one head's packed keys, and of its values. */
    private final int keyFloats;

    private final int valueFloats;

    /**
     * As {@link dev.reverie.tensor.Heads#attention}.
     *
     * @param work {@link #workFloats} floats
     */
    public AttentionKernel(
            Tensor q,
            Tensor k,
            Tensor v,
            int heads,
            int kvHeads,
            float scale,
            @Nullable Tensor bias,
            boolean causal,
            Tensor work,
            Tensor y) {
        this.q = q;
        this.k = k;
        this.v = v;
        this.heads = heads;
        this.kvHeads = kvHeads;
        this.scale = scale;
        this.bias = bias;
        this.causal = causal;
        this.y = y;
        panels = work.data();
        queries = q.dim(1);
        keys = k.dim(1);
        d = q.dim(2) / heads;
        dv = v.dim(2) / kvHeads;
        keyFloats = full(keys) * d;
        valueFloats = keys * full(dv);
        keyPanels = work.offset();
        valuePanels = keyPanels + k.dim(0) * kvHeads * keyFloats;
    }

    /** Working memory: keys and values in panels. */
    public static int workFloats(Tensor k, Tensor v, int kvHeads) {
        int keys = k.dim(1);
        int head = Math.addExact(
                Math.multiplyExact(full(keys), k.dim(2) / kvHeads), Math.multiplyExact(keys, full(v.dim(2) / kvHeads)));
        return Math.multiplyExact(k.dim(0) * kvHeads, head);
    }

    private static int full(int n) {
        return (n + FULL - 1) / FULL * FULL;
    }

    public void run() {
        int blocks = (queries + QUERIES - 1) / QUERIES;
        Pool.run(k.dim(0) * kvHeads, (head, scratch) -> {
            packKeys(head / kvHeads, head % kvHeads);
            packValues(head / kvHeads, head % kvHeads);
        });
        Pool.run(q.dim(0) * heads * blocks, scratch -> {
            Block block = new Block(scratch);
            return (piece, own) -> {
                int head = piece / blocks;
                block.run(head / heads, head % heads, piece % blocks * QUERIES);
            };
        });
    }

    /** Panels {@code [d][width]} of columns that are keys. */
    private void packKeys(int n, int head) {
        int to = keyPanels + (n * kvHeads + head) * keyFloats;
        for (int column = 0, width; column < keys; column += width) {
            width = Tile.vectors(keys - column) * Tile.UNIT;
            int real = Math.min(width, keys - column);
            for (int c = 0; c < d && real < width; c++) {
                Arrays.fill(panels, to + column * d + c * width + real, to + column * d + (c + 1) * width, 0f);
            }
            for (int j = 0; j < real; j++) {
                int from = k.offset() + ((n * keys + column + j) * kvHeads + head) * d;
                for (int c = 0; c < d; c++) {
                    panels[to + column * d + c * width + j] = k.data()[from + c];
                }
            }
        }
    }

    /** Panels {@code [keys][width]} of columns of values. */
    private void packValues(int n, int head) {
        int to = valuePanels + (n * kvHeads + head) * valueFloats;
        for (int column = 0, width; column < dv; column += width) {
            width = Tile.vectors(dv - column) * Tile.UNIT;
            int real = Math.min(width, dv - column);
            for (int j = 0; j < keys; j++) {
                int at = to + column * keys + j * width;
                int from = v.offset() + ((n * keys + j) * kvHeads + head) * dv + column;
                int done = Lanes.VECTOR ? VectorCopy.copy(real, v.data(), from, panels, at) : 0;
                for (int i = done; i < width; i++) {
                    panels[at + i] = i < real ? v.data()[from + i] : 0f;
                }
            }
        }
    }

    /** One thread's: up to {@link #QUERIES} queries of one head, again and again. */
    private final class Block {
        private int n;
        private int head;
        private int first;
        private int count;
        /** Distance of two rows of scores: a block of keys, or all of them where they are fewer. */
        private final int stride;
        /** {@code [QUERIES][stride]}: scores, then weights. */
        private final float[] scores;
        /** {@code [QUERIES][full(dv)]}: weighted sums of values so far, relative to the maximum so far. */
        private final float[] sums;
        /** Each query's maximum, then each query's sum of weights. */
        private final float[] state;
        /** The state of the rows that are weighed together. */
        private final float[] together;

        private final Rows toScores;
        private final Rows toSums;

        Block(Scratch scratch) {
            stride = Math.min(KEYS, full(keys));
            scores = scratch.floats(SCORES, QUERIES * stride);
            sums = scratch.floats(SUMS, QUERIES * full(dv));
            state = scratch.floats(STATE, TOTAL + QUERIES);
            together = scratch.floats(TOGETHER, SoftmaxRows.STATE);
            toScores = new Rows(q.data(), scores, QUERIES);
            toSums = new Rows(scores, sums, QUERIES);
        }

        void run(int n, int head, int first) {
            this.n = n;
            this.head = head;
            this.first = first;
            count = Math.min(QUERIES, queries - first);
            int at = q.offset() + ((n * queries + first) * heads + head) * d;
            toScores.set(count, at, heads * d, 0, stride);
            toSums.set(count, 0, stride, 0, full(dv));
            Arrays.fill(state, MAXIMUM, TOTAL, Float.NEGATIVE_INFINITY);
            Arrays.fill(state, TOTAL, TOTAL + QUERIES, 0f);
            Arrays.fill(sums, 0, count * full(dv), 0f);
            int end = causal ? Math.min(keys, first + count) : keys;
            int kvHead = n * kvHeads + head / (heads / kvHeads);
            for (int from = 0; from < end; from += KEYS) {
                int length = Math.min(KEYS, end - from);
                multiplyKeys(keyPanels + kvHead * keyFloats, from, length);
                for (int r = 0; r < count; r += SoftmaxRows.MOST) {
                    weigh(r, Math.min(SoftmaxRows.MOST, count - r), from, length);
                }
                addValues(valuePanels + kvHead * valueFloats, from, length);
            }
            for (int r = 0; r < count; r++) {
                float total = state[TOTAL + r];
                int to = y.offset() + ((n * queries + first + r) * heads + head) * dv;
                Elementwise.scaleBlock(dv, total == 0f ? 1f : 1f / total, sums, r * full(dv), y.data(), to);
            }
        }

        private void multiplyKeys(int panel, int from, int length) {
            for (int r = 0, tile; r < count; r += tile) {
                tile = Tile.rows(count - r);
                for (int column = 0, width; column < length; column += width) {
                    int vectors = Tile.vectors(keys - from - column);
                    width = vectors * Tile.UNIT;
                    int at = panel + (from + column) * d;
                    Tile.run(tile, vectors, toScores, r, 0, d, panels, at, column, true);
                }
            }
        }

        private void addValues(int panel, int from, int length) {
            for (int r = 0, tile; r < count; r += tile) {
                tile = Tile.rows(count - r);
                for (int column = 0, width; column < dv; column += width) {
                    int vectors = Tile.vectors(dv - column);
                    width = vectors * Tile.UNIT;
                    int at = panel + column * keys + from * width;
                    Tile.run(tile, vectors, toSums, r, 0, length, panels, at, column, false);
                }
            }
        }

        /**
         * Turns {@code rows} rows of scores from row {@code r} on into weights relative to the largest score so far;
         * rescales the sums to it.
         */
        private void weigh(int r, int rows, int from, int length) {
            int width = SoftmaxRows.width(length);
            boolean scaled = bias != null || scale <= 0f;
            for (int i = r; i < r + rows; i++) {
                int seen = causal ? Math.clamp(first + i + 1 - from, 0, length) : length;
                if (scaled) {
                    scaleScores(i, from, seen);
                }
                Arrays.fill(scores, i * stride + seen, i * stride + width, Float.NEGATIVE_INFINITY);
            }
            float unit = scaled ? 1f : scale;
            int at = r * stride;
            SoftmaxRows.maxima(rows, width, scores, at, stride, together);
            for (int i = 0; i < rows; i++) {
                float top = together[SoftmaxRows.TOPS + i] * unit;
                together[SoftmaxRows.TOPS + i] = Math.max(state[MAXIMUM + r + i], top);
            }
            SoftmaxRows.weights(rows, width, unit, scores, at, scores, at, stride, together);
            for (int i = 0; i < rows; i++) {
                advance(r + i, together[SoftmaxRows.TOPS + i], together[SoftmaxRows.TOTALS + i], from);
            }
        }

        /** Makes {@code max} the maximum of row {@code r}, and adds a block's weights. */
        private void advance(int r, float max, float sum, int from) {
            if (max == Float.NEGATIVE_INFINITY) { // all keys so far are hidden: weight zero, as in PyTorch
                Arrays.fill(scores, r * stride, (r + 1) * stride, 0f);
                return;
            }
            float before = state[MAXIMUM + r];
            state[MAXIMUM + r] = max;
            if (from == 0) {
                state[TOTAL + r] = sum;
                return;
            }
            float factor = FloatMath.weight(before - max);
            state[TOTAL + r] = Math.fma(state[TOTAL + r], factor, sum);
            if (factor < 1f) {
                Elementwise.scaleBlock(full(dv), factor, sums, r * full(dv), sums, r * full(dv));
            }
        }

        private void scaleScores(int r, int from, int seen) {
            int at = r * stride;
            if (bias == null) {
                Elementwise.scaleBlock(seen, scale, scores, at, scores, at);
                return;
            }
            int batch = bias.dim(0) == 1 ? 0 : n;
            int plane = batch * bias.dim(1) + (bias.dim(1) == 1 ? 0 : head);
            int row = plane * bias.dim(2) + (bias.dim(2) == 1 ? 0 : first + r);
            int biasAt = bias.offset() + row * keys + from;
            int done = Lanes.VECTOR ? VectorRow.scaleAndAdd(seen, scale, bias.data(), biasAt, scores, at) : 0;
            ScalarRow.scaleAndAdd(done, seen, scale, bias.data(), biasAt, scores, at);
        }
    }
}
