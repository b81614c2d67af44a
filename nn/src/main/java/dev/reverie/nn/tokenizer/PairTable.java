package dev.reverie.nn.tokenizer;

import java.util.Arrays;

/** A map from pairs of non-negative ints to non-negative ints, in two flat arrays: a quarter of a HashMap's memory. */
final class PairTable {
    private static final long EMPTY = -1;

    private long[] keys;
    private int[] values;
    private int size;

    /** A table with room for {@code expected} pairs before it grows. */
    PairTable(int expected) {
        allocate(Math.max(16, Integer.highestOneBit(Math.max(1, expected)) * 4));
    }

    private void allocate(int capacity) {
        keys = new long[capacity];
        Arrays.fill(keys, EMPTY);
        values = new int[capacity];
    }

    /** The value of a pair, or -1 where it has none. */
    int get(int first, int second) {
        int slot = slot(key(first, second));
        return keys[slot] == EMPTY ? -1 : values[slot];
    }

    /** Sets the value of a pair unless it has one; whether it had none. */
    boolean putIfAbsent(int first, int second, int value) {
        long key = key(first, second);
        int slot = slot(key);
        if (keys[slot] != EMPTY) {
            return false;
        }
        keys[slot] = key;
        values[slot] = value;
        if (++size > keys.length / 2) {
            grow();
        }
        return true;
    }

    private void grow() {
        long[] oldKeys = keys;
        int[] oldValues = values;
        allocate(Math.multiplyExact(2, keys.length));
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldKeys[i] != EMPTY) {
                int slot = slot(oldKeys[i]);
                keys[slot] = oldKeys[i];
                values[slot] = oldValues[i];
            }
        }
    }

    private static long key(int first, int second) {
        return ((long) first << 32) | second;
    }

    /** The slot that holds the key, or the empty one where it belongs. */
    private int slot(long key) {
        long hash = key * 0x9E3779B97F4A7C15L; // Knuth, The Art of Computer Programming 3, section 6.4: golden ratio
        int slot = (int) (hash >>> 32) & (keys.length - 1);
        while (keys[slot] != EMPTY && keys[slot] != key) {
            slot = (slot + 1) & (keys.length - 1);
        }
        return slot;
    }
}
