package dev.reverie.nn.tokenizer;

import java.util.Arrays;

/** A text and, for each of its chars, the range of the user's text that it came from. */
final class AlignedText {
    private final String text;
    private final int[] starts;
    private final int[] ends;

    private AlignedText(String text, int[] starts, int[] ends) {
        this.text = text;
        this.starts = starts;
        this.ends = ends;
    }

    /** Chars {@code from} up to and without {@code to} of the user's text. */
    static AlignedText of(String original, int from, int to) {
        Builder builder = new Builder(to - from);
        for (int at = from; at < to; at += Character.charCount(original.codePointAt(at))) {
            int codePoint = original.codePointAt(at);
            builder.append(codePoint, at, at + Character.charCount(codePoint));
        }
        return builder.build();
    }

    String text() {
        return text;
    }

    int length() {
        return text.length();
    }

    /** Where the char at {@code index} begins in the user's text. */
    int start(int index) {
        return starts[index];
    }

    /** Where the char at {@code index} ends in the user's text. */
    int end(int index) {
        return ends[index];
    }

    static final class Builder {
        private final StringBuilder text;
        private int[] starts;
        private int[] ends;
        /** Chars that have their range. */
        private int aligned;

        Builder(int capacity) {
            text = new StringBuilder(capacity);
            starts = new int[capacity];
            ends = new int[capacity];
        }

        void append(int codePoint, int start, int end) {
            text.appendCodePoint(codePoint);
            align(start, end);
        }

        void append(String piece, int start, int end) {
            text.append(piece);
            align(start, end);
        }

        /** Chars {@code from} up to and without {@code to} as they are. */
        void append(AlignedText source, int from, int to) {
            for (int i = from; i < to; i++) {
                text.append(source.text.charAt(i));
                align(source.starts[i], source.ends[i]);
            }
        }

        private void align(int start, int end) {
            int before = aligned;
            aligned = text.length();
            if (aligned > starts.length) {
                int capacity = Math.max(2 * starts.length, aligned);
                starts = Arrays.copyOf(starts, capacity);
                ends = Arrays.copyOf(ends, capacity);
            }
            Arrays.fill(starts, before, aligned, start);
            Arrays.fill(ends, before, aligned, end);
        }

        AlignedText build() {
            return new AlignedText(text.toString(), starts, ends);
        }
    }
}
