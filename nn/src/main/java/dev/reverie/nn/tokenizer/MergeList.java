package dev.reverie.nn.tokenizer;

/** Symbols of one word in a linked list; the pair of the lowest rank is merged, again and again. n log n. */
final class MergeList {
    private final int[] ids;
    private final int[] starts;
    private final int[] ends;
    /** Index of the next symbol, or the count at the end. */
    private final int[] next;

    private final int[] previous;
    private int count;

    MergeList(int capacity) {
        ids = new int[capacity];
        starts = new int[capacity];
        ends = new int[capacity];
        next = new int[capacity];
        previous = new int[capacity];
    }

    void add(int id, int start, int end) {
        ids[count] = id;
        starts[count] = start;
        ends[count] = end;
        previous[count] = count - 1;
        next[count] = ++count;
    }

    /**
     * Merges as long as a pair has a rank; of equal pairs the leftmost first.
     *
     * @param ranks from a pair of ids to its rank
     * @param merged from a rank to the id of both together
     * @return how many pairs it looked at, less than three for each symbol
     */
    int merge(PairTable ranks, int[] merged) {
        LongHeap pairs = new LongHeap(count);
        for (int i = 0; i + 1 < count; i++) {
            offer(pairs, ranks, i);
        }
        int seen = 0;
        for (; !pairs.isEmpty(); seen++) {
            long pair = pairs.poll();
            int left = (int) pair;
            int rank = (int) (pair >>> 32);
            if (ids[left] < 0 || rankAt(ranks, left) != rank) {
                continue; // one of the two was merged since
            }
            int right = next[left];
            ids[left] = merged[rank];
            ends[left] = ends[right];
            ids[right] = -1;
            next[left] = next[right];
            if (next[left] < count) {
                previous[next[left]] = left;
            }
            offer(pairs, ranks, left);
            if (previous[left] >= 0) {
                offer(pairs, ranks, previous[left]);
            }
        }
        return seen;
    }

    private void offer(LongHeap pairs, PairTable ranks, int left) {
        int rank = rankAt(ranks, left);
        if (rank >= 0) {
            pairs.add(((long) rank << 32) | left);
        }
    }

    /** Rank of a symbol and its next, or -1. */
    private int rankAt(PairTable ranks, int left) {
        return next[left] < count ? ranks.get(ids[left], ids[next[left]]) : -1;
    }

    void addTo(Tokens.Builder tokens) {
        for (int i = 0; i < count; i = next[i]) {
            tokens.add(ids[i], starts[i], ends[i]);
        }
    }
}
