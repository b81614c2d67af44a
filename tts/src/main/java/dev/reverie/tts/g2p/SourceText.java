package dev.reverie.tts.g2p;

import java.util.Arrays;

/** A text that was made from another, and knows of each char where it came from. */
final class SourceText {
    private final String text;
    private final int[] starts;
    private final int[] ends;

    private SourceText(String text, int[] starts, int[] ends) {
        this.text = text;
        this.starts = starts;
        this.ends = ends;
    }

    /** A text that came from itself. */
    static SourceText of(String text) {
        int[] starts = new int[text.length()];
        int[] ends = new int[text.length()];
        for (int i = 0; i < text.length(); i++) {
            starts[i] = i;
            ends[i] = i + 1;
        }
        return new SourceText(text, starts, ends);
    }

    String text() {
        return text;
    }

    /** Place in the original of the char at {@code at}. */
    int start(int at) {
        return starts[at];
    }

    /** Place in the original after the char at {@code at}. */
    int end(int at) {
        return ends[at];
    }

    /** Puts a text together from pieces of this one. */
    Builder rewrite() {
        return new Builder();
    }

    /** Collects chars with their origin. */
    final class Builder {
        private final StringBuilder result = new StringBuilder(text.length());
        private int[] newStarts = new int[Math.max(16, text.length())];
        private int[] newEnds = new int[Math.max(16, text.length())];

        /** Copies chars {@code from} up to {@code to}. */
        void copy(int from, int to) {
            for (int i = from; i < to; i++) {
                append(text.charAt(i), i, i + 1);
            }
        }

        /** Puts {@code replacement} in the place of chars {@code from} up to {@code to}. */
        void replace(String replacement, int from, int to) {
            for (int i = 0; i < replacement.length(); i++) {
                append(replacement.charAt(i), from, to);
            }
        }

        /** Counts the chars up to {@code to} as part of what was added last. */
        void swallow(int to) {
            if (!result.isEmpty()) {
                newEnds[result.length() - 1] = ends[to - 1];
            }
        }

        /** The char that was added last; 0 if there is none. */
        char last() {
            return result.isEmpty() ? 0 : result.charAt(result.length() - 1);
        }

        private void append(char c, int from, int to) {
            int at = result.length();
            if (at == newStarts.length) {
                newStarts = Arrays.copyOf(newStarts, 2 * at);
                newEnds = Arrays.copyOf(newEnds, 2 * at);
            }
            newStarts[at] = starts[from];
            newEnds[at] = ends[to - 1];
            result.append(c);
        }

        SourceText build() {
            return new SourceText(result.toString(), newStarts, newEnds);
        }
    }
}
