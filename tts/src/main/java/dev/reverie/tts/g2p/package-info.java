/**
 * English text to the phonemes that Kokoro was trained with, American and British.
 *
 * <p>The way of a text, a class a step: {@code TextCleanup} (only in the public front), {@code Markup},
 * {@code Tokenizer}, {@code Tagger}, {@code TokenSplitter}, {@code SentenceReader} (which asks {@code Pronouncer} word
 * by word, and {@code UnknownWords} for what no dictionary has). {@link dev.reverie.tts.g2p.EnglishG2p} is the door.
 *
 * <p>The rules are those of misaki 0.9.4 ({@code misaki/en.py}), tokens and tags those of spaCy's
 * {@code en_core_web_sm} 3.8.0. Phonemes are strings with one character a symbol; stress marks stand directly before
 * the vowel. "Character" and "length" mean code points where a text may hold more than ASCII.
 */
@NullMarked
package dev.reverie.tts.g2p;

import org.jspecify.annotations.NullMarked;
