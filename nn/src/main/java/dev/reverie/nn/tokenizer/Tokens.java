package dev.reverie.nn.tokenizer;

import java.util.Arrays;

/**
 * Ids of a text, each with the range of characters of the text that it stands for.
 *
 * @param ids [L]
 * @param starts [L] index of the first char in the text
 * @param ends [L] index after the last char; equal to the start where a token stands for no text, as start, end and
 *     padding do
 */
public record Tokens(int[] ids, int[] starts, int[] ends) {
    public Tokens {
        if (ids.length != starts.length || ids.length != ends.length) {
            throw new IllegalArgumentException(
                    "%d ids with %d starts and %d ends".formatted(ids.length, starts.length, ends.length));
        }
    }

    public int size() {
        return ids.length;
    }

    /** Tokens {@code from} up to and without {@code to}. */
    public Tokens range(int from, int to) {
        return new Tokens(
                Arrays.copyOfRange(ids, from, to),
                Arrays.copyOfRange(starts, from, to),
                Arrays.copyOfRange(ends, from, to));
    }

    /** These tokens and padding up to {@code length}; without change where there are as many already. */
    public Tokens paddedTo(int length, int padId) {
        if (size() >= length) {
            return this;
        }
        Builder padded = new Builder();
        padded.add(this);
        while (padded.size() < length) {
            padded.add(padId, 0, 0);
        }
        return padded.build();
    }

    /** Collects tokens. */
    static final class Builder {
        private int[] ids = new int[64];
        private int[] starts = new int[64];
        private int[] ends = new int[64];
        private int size;

        void add(int id, int start, int end) {
            if (size == ids.length) {
                ids = Arrays.copyOf(ids, 2 * size);
                starts = Arrays.copyOf(starts, 2 * size);
                ends = Arrays.copyOf(ends, 2 * size);
            }
            ids[size] = id;
            starts[size] = start;
            ends[size++] = end;
        }

        void add(Tokens tokens) {
            for (int i = 0; i < tokens.size(); i++) {
                add(tokens.ids[i], tokens.starts[i], tokens.ends[i]);
            }
        }

        int size() {
            return size;
        }

        Tokens build() {
            return new Tokens(Arrays.copyOf(ids, size), Arrays.copyOf(starts, size), Arrays.copyOf(ends, size));
        }
    }
}
