package dev.reverie.tts.g2p;

import java.util.List;

/** The tokens of a text in order, each with its phonemes. */
public record Phonemization(List<PhonemeToken> tokens) {
    public Phonemization {
        tokens = List.copyOf(tokens);
    }

    /** All phonemes with the tokens' spaces between; {@code ❓} stands where nothing is known. */
    public String phonemes() {
        StringBuilder joined = new StringBuilder();
        for (PhonemeToken token : tokens) {
            String phonemes = token.phonemes();
            joined.append(phonemes == null ? Phonemes.UNKNOWN : phonemes).append(token.whitespace());
        }
        return joined.toString();
    }
}
