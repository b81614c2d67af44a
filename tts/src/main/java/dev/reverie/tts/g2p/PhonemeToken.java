package dev.reverie.tts.g2p;

import org.jspecify.annotations.Nullable;

/**
 * A word or sign and how it sounds.
 *
 * @param text the token as it was read: without markup and, from {@link EnglishG2p#phonemize}, cleaned
 * @param tag its Penn tag, such as {@code NN}
 * @param phonemes its sounds; empty for what is passed over in silence, null if nothing is known
 * @param whitespace what follows: nothing or one space
 * @param start first char of the token in the text as it was given
 * @param end the char after its last
 */
public record PhonemeToken(
        String text, String tag, @Nullable String phonemes, String whitespace, int start, int end) {}
