package dev.reverie.tts.g2p;

import org.jspecify.annotations.Nullable;

/** What follows a word: sentences are read from the end, so it is known. */
record Context(Sound next, boolean beforeTo) {
    /** The first sound after the word. */
    enum Sound {
        VOWEL,
        CONSONANT,
        /** A stop, or the end. */
        PAUSE
    }

    static final Context END = new Context(Sound.PAUSE, false);

    /** The context of the word before {@code token}, which sounds like {@code phonemes}. */
    Context before(Token token, @Nullable String phonemes) {
        String text = token.text();
        boolean to = text.equals("to")
                || text.equals("To")
                || (text.equals("TO")
                        && (token.tag().equals("TO") || token.tag().equals("IN")));
        return new Context(phonemes == null ? next : firstSound(phonemes), to);
    }

    private Sound firstSound(String phonemes) {
        for (int i = 0; i < phonemes.length(); i++) {
            char symbol = phonemes.charAt(i);
            if (Phonemes.isOneOf(Phonemes.STOPS, symbol)) {
                return Sound.PAUSE;
            }
            if (Phonemes.isOneOf(Phonemes.VOWELS, symbol)) {
                return Sound.VOWEL;
            }
            if (Phonemes.isOneOf(Phonemes.CONSONANTS, symbol)) {
                return Sound.CONSONANT;
            }
        }
        return next;
    }
}
