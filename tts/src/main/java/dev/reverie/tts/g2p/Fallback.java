package dev.reverie.tts.g2p;

import org.jspecify.annotations.Nullable;

/** Asked for words that no dictionary has. */
@FunctionalInterface
interface Fallback {
    /** Phonemes of a word, perhaps of several pieces; or null. */
    @Nullable
    String phonemes(Token word);
}
