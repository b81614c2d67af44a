package dev.reverie.tts.kokoro;

import dev.reverie.tts.Speech;
import java.util.ArrayList;
import java.util.List;

/**
 * When each word of a passage is spoken, from the predicted durations: {@code join_timestamps} of hexgrad/kokoro,
 * kokoro/pipeline.py. Half of a space belongs to the word before it, half to the one after.
 */
final class WordTimes {
    /** Half frames a second: a frame is 600 samples at 24 kHz. */
    private static final double HALF_FRAMES_A_SECOND = 80;

    /** Frames of the opening silence that the first word is moved forward by. */
    private static final int LEAD_FRAMES = 3;

    private WordTimes() {}

    /**
     * The words that hold a letter or digit.
     *
     * @param text the request's, of which words are stretches
     * @param durations frames of each id; the first and the last are the silence around the passage
     * @return times from the beginning of the passage
     */
    static List<Speech.Word> of(Passages.Passage passage, String text, int[] durations) {
        List<Speech.Word> words = new ArrayList<>();
        long start = 2L * Math.max(0, durations[0] - LEAD_FRAMES);
        long soundStart = start;
        int at = 1;
        for (Passages.Word word : passage.words()) {
            long end = soundStart;
            for (int last = Math.min(at + word.phonemes().length(), durations.length - 1); at < last; at++) {
                end += 2L * durations[at];
            }
            int space = word.spaceAfter() && at < durations.length - 1 ? durations[at++] : 0;
            end += space;
            if (isWord(word)) {
                int from = word.token().start();
                int to = word.token().end();
                words.add(new Speech.Word(
                        text.substring(from, to), from, to, start / HALF_FRAMES_A_SECOND, end / HALF_FRAMES_A_SECOND));
            }
            start = end;
            soundStart = end + space;
        }
        return words;
    }

    private static boolean isWord(Passages.Word word) {
        return !word.phonemes().isEmpty() && word.token().text().codePoints().anyMatch(Character::isLetterOrDigit);
    }
}
