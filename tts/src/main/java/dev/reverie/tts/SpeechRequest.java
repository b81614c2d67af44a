package dev.reverie.tts;

import dev.reverie.tts.g2p.WordList;

/**
 * A text and how to read it.
 *
 * @param text what to read; {@code [word](/fonimz/)} gives a word's phonemes, {@code [word](+1)} its stress
 * @param voice a voice's name, or a blend such as {@code af_heart:0.7,am_michael:0.3}
 * @param speed 1 is the voice's own; 0.25 to 4
 * @param seed of the noise in the voice; the same seed gives the same bytes
 * @param words own pronunciations, which come before the dictionaries
 */
public record SpeechRequest(String text, String voice, double speed, long seed, WordList words) {
    /** The voice that speaks when none is named. */
    public static final String DEFAULT_VOICE = "af_heart";

    /** Slowest speed. */
    public static final double MIN_SPEED = 0.25;

    /** Fastest speed. */
    public static final double MAX_SPEED = 4;

    public SpeechRequest {
        if (text.isBlank()) {
            throw new IllegalArgumentException("the text is empty");
        }
        if (voice.isBlank()) {
            throw new IllegalArgumentException("the voice's name is empty");
        }
        if (!(speed >= MIN_SPEED && speed <= MAX_SPEED)) {
            throw new IllegalArgumentException(
                    "speed %s is outside of %s to %s".formatted(speed, MIN_SPEED, MAX_SPEED));
        }
    }

    public static SpeechRequest of(String text) {
        return new SpeechRequest(text, DEFAULT_VOICE, 1, 0, WordList.EMPTY);
    }

    public SpeechRequest withVoice(String voice) {
        return new SpeechRequest(text, voice, speed, seed, words);
    }

    public SpeechRequest withSpeed(double speed) {
        return new SpeechRequest(text, voice, speed, seed, words);
    }

    public SpeechRequest withSeed(long seed) {
        return new SpeechRequest(text, voice, speed, seed, words);
    }

    public SpeechRequest withWords(WordList words) {
        return new SpeechRequest(text, voice, speed, seed, words);
    }
}
