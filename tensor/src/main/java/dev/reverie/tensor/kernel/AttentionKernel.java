package dev.reverie.tensor.kernel;

import dev.reverie.tensor.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Softmax attention with the softmax streamed over blocks of keys (Milakov and Gimelshein, arXiv 1805.02867; Dao et
 * al., arXiv 2205.14135): scores of a block, its maximum, exponentials, and the weighted sum of values so far, which is
 * rescaled when the maximum grows. The size of a key block is part of the result's bits, so it is fixed.
 *
 * <p>Keys and values are packed once into {@link HeadPanels}, for all queries; few queries read them {@link InPlace}. The
 * number of queries decides. One key needs no product at all.
 */
public final class AttentionKernel {
    /** Queries of one piece: a multiple of 6 and 4; with a block of keys 192 KiB of scores, in the L2 cache. */
    private static final int QUERIES = 96;

    /** Keys of a block: whole panels at every lane width. */
    private static final int KEYS = 512;

    /** Queries at most that multiply keys and values in place; from more on packing them pays. */
    private static final int FEW = 3;

    private static final int SCORES = 1; // scratch slots
    private static final int SUMS = 2;
    private static final int STATE = 3;
    private static final int TOGETHER = 4;
    private static final int PARTIAL = 5;

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
    private final HeadPanels panels;
    private final int queries;
    private final int keys;
    private final int d;
    private final int dv;
    /** Distance of two queries' scores: a block of keys, or all of them where they are fewer. */
    private final int scoreStride;
    /** Distance of two queries' sums. */
    private final int sumStride;

    private final boolean packed;
    /** Where queries of one head begin, their scores and their sums, counted from a piece's first. */
    private final int[] queryRows;

    private final int[] scoreRows;
    private final int[] sumRows;

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
        panels = new HeadPanels(k, v, kvHeads, work);
        queries = q.dim(1);
        keys = k.dim(1);
        d = q.dim(2) / heads;
        dv = v.dim(2) / kvHeads;
        scoreStride = Math.min(KEYS, SoftmaxRows.width(keys));
        sumStride = (dv + InPlace.COLUMNS - 1) / InPlace.COLUMNS * InPlace.COLUMNS;
        packed = packed(queries, keys);
        int most = Math.min(QUERIES, queries);
        queryRows = Rows.table(most, heads * d);
        scoreRows = Rows.table(most, scoreStride);
        sumRows = Rows.table(most, sumStride);
    }

    private static boolean packed(int queries, int keys) {
        return queries > FEW && keys > 1;
    }

    /** Working memory: keys and values in panels, where they are packed. */
    public static int workFloats(Tensor q, Tensor k, Tensor v, int kvHeads) {
        return packed(q.dim(1), k.dim(1)) ? HeadPanels.floats(k, v, kvHeads) : 0;
    }

    public void run() {
        int blocks = (queries + QUERIES - 1) / QUERIES;
        if (keys == 1) {
            Pool.run(q.dim(0) * blocks, (piece, scratch) -> seeOneKey(piece / blocks, piece % blocks * QUERIES));
            return;
        }
        if (packed) {
            panels.pack();
        }
        Pool.run(q.dim(0) * heads * blocks, scratch -> {
            Block block = new Block(scratch);
            return (piece, own) -> {
                int head = piece / blocks;
                block.run(head / heads, head % heads, piece % blocks * QUERIES);
            };
        });
    }

    /** A softmax over one key is one, whatever the score; or zero, where the key is hidden. */
    private void seeOneKey(int n, int first) {
        int end = Math.min(queries, first + QUERIES);
        for (int query = first; query < end; query++) {
            for (int head = 0; head < heads; head++) {
                int to = y.offset() + ((n * queries + query) * heads + head) * dv;
                if (bias != null && bias.data()[biasAt(bias, n, head, query)] == Float.NEGATIVE_INFINITY) {
                    Arrays.fill(y.data(), to, to + dv, 0f);
                } else {
                    int from = v.offset() + (n * kvHeads + head / (heads / kvHeads)) * dv;
                    System.arraycopy(v.data(), from, y.data(), to, dv);
                }
            }
        }
    }

    /** Where what is added to the scores of a query begins. */
    private int biasAt(Tensor bias, int n, int head, int query) {
        int batch = bias.dim(0) == 1 ? 0 : n;
        int plane = batch * bias.dim(1) + (bias.dim(1) == 1 ? 0 : head);
        return bias.offset() + (plane * bias.dim(2) + (bias.dim(2) == 1 ? 0 : query)) * keys;
    }

    /** One thread's: up to {@link #QUERIES} queries of one head, again and again. */
    private final class Block {
        private final Scratch scratch;
        /** {@code [QUERIES][scoreStride]}: scores, then weights. */
        private final float[] scores;
        /** {@code [QUERIES][sumStride]}: weighted sums of values so far, relative to the maximum so far. */
        private final float[] sums;
        /** Each query's maximum, then each query's sum of weights. */
        private final float[] state;
        /** The state of the rows that are weighed together. */
        private final float[] together;

        private final Rows toScores;
        private final Rows toSums;
        private int n;
        private int head;
        private int first;
        private int count;
        private int kvHead;
        private int queryAt;

        Block(Scratch scratch) {
            this.scratch = scratch;
            scores = scratch.floats(SCORES, QUERIES * scoreStride);
            sums = scratch.floats(SUMS, QUERIES * sumStride);
            state = scratch.floats(STATE, TOTAL + QUERIES);
            together = scratch.floats(TOGETHER, SoftmaxRows.STATE);
            toScores = new Rows(q.data(), queryRows, scores, scoreRows);
            toSums = new Rows(scores, scoreRows, sums, sumRows);
        }

        void run(int n, int head, int first) {
            this.n = n;
            this.head = head;
            this.first = first;
            count = Math.min(QUERIES, queries - first);
            kvHead = head / (heads / kvHeads);
            queryAt = q.offset() + ((n * queries + first) * heads + head) * d;
            Arrays.fill(state, MAXIMUM, TOTAL, Float.NEGATIVE_INFINITY);
            Arrays.fill(state, TOTAL, TOTAL + QUERIES, 0f);
            Arrays.fill(sums, 0, count * sumStride, 0f);
            int end = causal ? Math.min(keys, first + count) : keys;
            for (int from = 0; from < end; from += KEYS) {
                int length = Math.min(KEYS, end - from);
                if (packed) {
                    multiplyKeys(from, length);
                } else {
                    multiplyKeysInPlace(from, length);
                }
                for (int r = 0; r < count; r += SoftmaxRows.MOST) {
                    weigh(r, Math.min(SoftmaxRows.MOST, count - r), from, length);
                }
                if (packed) {
                    addValues(from, length);
                } else {
                    addValuesInPlace(from, length);
                }
            }
            for (int r = 0; r < count; r++) {
                float total = state[TOTAL + r];
                int to = y.offset() + ((n * queries + first + r) * heads + head) * dv;
                Elementwise.scaleBlock(dv, total == 0f ? 1f : 1f / total, sums, r * sumStride, y.data(), to);
            }
        }

        private void multiplyKeys(int from, int length) {
            int at = panels.keysAt(n * kvHeads + kvHead) + from * d;
            for (int r = 0, tile; r < count; r += tile) {
                tile = Tile.rows(count - r);
                for (int column = 0, width; column < length; column += width) {
                    int vectors = Tile.vectors(keys - from - column);
                    width = vectors * Tile.UNIT;
                    Tile.run(tile, vectors, toScores, r, queryAt, d, panels.floats, at + column * d, column, true);
                }
            }
        }

        private void addValues(int from, int length) {
            int panel = panels.valuesAt(n * kvHeads + kvHead);
            for (int r = 0, tile; r < count; r += tile) {
                tile = Tile.rows(count - r);
                for (int column = 0, width; column < dv; column += width) {
                    int vectors = Tile.vectors(dv - column);
                    width = vectors * Tile.UNIT;
                    int at = panel + column * keys + from * width;
                    Tile.run(tile, vectors, toSums, r, 0, length, panels.floats, at, column, false);
                }
            }
        }

        private void multiplyKeysInPlace(int from, int length) {
            float[] partial = scratch.floats(PARTIAL, InPlace.PARTIAL);
            int at = k.offset() + ((n * keys + from) * kvHeads + kvHead) * d;
            for (int r = 0; r < count; r++) {
                int query = queryAt + queryRows[r];
                InPlace.scores(d, q.data(), query, length, k.data(), at, kvHeads * d, scores, r * scoreStride, partial);
            }
        }

        private void addValuesInPlace(int from, int length) {
            int at = v.offset() + ((n * keys + from) * kvHeads + kvHead) * dv;
            for (int r = 0; r < count; r++) {
                InPlace.addValues(dv, length, scores, r * scoreStride, v.data(), at, kvHeads * dv, sums, r * sumStride);
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
                Arrays.fill(scores, i * scoreStride + seen, i * scoreStride + width, Float.NEGATIVE_INFINITY);
            }
            float unit = scaled ? 1f : scale;
            int at = r * scoreStride;
            SoftmaxRows.maxima(rows, width, scores, at, scoreStride, together);
            for (int i = 0; i < rows; i++) {
                float top = together[SoftmaxRows.TOPS + i] * unit;
                together[SoftmaxRows.TOPS + i] = Math.max(state[MAXIMUM + r + i], top);
            }
            SoftmaxRows.weights(rows, width, unit, scores, at, scores, at, scoreStride, together);
            for (int i = 0; i < rows; i++) {
                advance(r + i, together[SoftmaxRows.TOPS + i], together[SoftmaxRows.TOTALS + i], from);
            }
        }

        /** Makes {@code max} the maximum of row {@code r}, and adds a block's weights. */
        private void advance(int r, float max, float sum, int from) {
            if (max == Float.NEGATIVE_INFINITY) { // all keys so far are hidden: weight zero, as in PyTorch
                Arrays.fill(scores, r * scoreStride, (r + 1) * scoreStride, 0f);
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
                int width = SoftmaxRows.width(dv); // no tail for scalar code
                Elementwise.scaleBlock(width, factor, sums, r * sumStride, sums, r * sumStride);
            }
        }

        private void scaleScores(int r, int from, int seen) {
            int at = r * scoreStride;
            if (bias == null) {
                Elementwise.scaleBlock(seen, scale, scores, at, scores, at);
                return;
            }
            int biasAt = biasAt(bias, n, head, first + r) + from;
            int done = Lanes.VECTOR ? VectorRow.scaleAndAdd(seen, scale, bias.data(), biasAt, scores, at) : 0;
            ScalarRow.scaleAndAdd(done, seen, scale, bias.data(), biasAt, scores, at);
        }
    }
}
