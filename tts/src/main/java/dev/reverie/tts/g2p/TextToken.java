package dev.reverie.tts.g2p;

import org.jspecify.annotations.Nullable;

/**
 * A token as the tokenizer cuts it.
 *
 * @param norm the form that the tagger takes it for, or null if the tables or the text itself say so
 * @param start place of the first char in the tokenizer's text
 * @param spaced whether a space follows that belongs to the token
 */
record TextToken(String text, @Nullable String norm, int start, boolean spaced) {
    TextToken withSpace(boolean other) {
        return other == spaced ? this : new TextToken(text, norm, start, other);
    }

    int end() {
        return start + text.length();
    }

    String whitespace() {
        return spaced ? " " : "";
    }
}
