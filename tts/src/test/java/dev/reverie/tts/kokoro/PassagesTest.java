package dev.reverie.tts.kokoro;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reverie.tts.Speech;
import dev.reverie.tts.g2p.PhonemeToken;
import dev.reverie.tts.kokoro.Passages.Passage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PassagesTest {
    private static PhonemeToken token(String text, @Nullable String phonemes, String space) {
        return new PhonemeToken(text, "NN", phonemes, space, 0, text.length());
    }

    /** Words of their own letters; a sign at a word's end is a token. */
    private static List<PhonemeToken> tokens(String text) {
        List<PhonemeToken> tokens = new ArrayList<>();
        for (String word : text.split(" ", -1)) {
            String last = word.substring(word.length() - 1);
            if (word.length() > 1 && ".,;:!?".contains(last)) {
                String stem = word.substring(0, word.length() - 1);
                tokens.add(token(stem, stem, ""));
                tokens.add(token(last, last, " "));
            } else {
                tokens.add(token(word, word, " "));
            }
        }
        return tokens;
    }

    private static List<String> cut(String text, int limit) {
        return Passages.cut(tokens(text), c -> c != '#', limit).stream()
                .map(Passage::phonemes)
                .toList();
    }

    @Test
    void shortTextIsOnePassage() {
        assertEquals(List.of("one two."), cut("one two.", 100));
    }

    @Test
    void cutsAfterTheLastSentenceThatFits() {
        assertEquals(List.of("a b. c d.", "eee fff."), cut("a b. c d. eee fff.", 13));
    }

    @Test
    void cutsAfterClausesThenCommasThenWords() {
        assertEquals(List.of("aa;", "bb, cc dd."), cut("aa; bb, cc dd.", 11));
        assertEquals(List.of("aa bb,", "cc dd"), cut("aa bb, cc dd", 9));
        assertEquals(List.of("aa bb", "cc dd"), cut("aa bb cc dd", 8));
    }

    @Test
    void cutsWithinAWordThatIsTooLong() {
        assertEquals(List.of("abcde", "fghij", "kl"), cut("abcdefghijkl", 5));
    }

    @Test
    void nothingIsLostAndNothingTooLong() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 400; i++) {
            text.append("w".repeat(1 + i * 7 % 11))
                    .append(i % 13 == 0 ? "." : i % 5 == 0 ? "," : "")
                    .append(' ');
        }
        String whole = text.toString().strip();
        List<String> parts = cut(whole, 50);
        assertEquals(whole, String.join(" ", parts));
        assertTrue(parts.stream().allMatch(part -> part.length() <= 50));
    }

    @Test
    void unknownPhonemesAndWordsTakeNoPlace() {
        assertEquals(List.of("ab c"), cut("a#b c", 100));
        List<PhonemeToken> withUnknown = List.of(token("a", "a", ""), token("?", null, " "), token("b", "b", ""));
        assertEquals("a b", Passages.cut(withUnknown, c -> true, 100).getFirst().phonemes());
    }

    @Test
    void onlySignsAreNothingToSpeak() {
        assertEquals(List.of(), cut("... , !", 100));
    }

    /** By hand after join_timestamps: lead max(0, 5 - 3), a space's frames halved between its neighbours. */
    @Test
    void timesOfWords() {
        Passage passage = Passages.cut(tokens("ab c."), c -> true, 100).getFirst();
        assertEquals("ab c.", passage.phonemes());
        int[] durations = {5, 2, 3, 4, 6, 1, 7}; // silence, a, b, space, c, full stop, silence
        List<Speech.Word> words = WordTimes.of(passage, "ab c.", durations);
        assertEquals(2, words.size());
        assertEquals(4 / 80.0, words.get(0).startSeconds(), 1e-9);
        assertEquals((4 + 10 + 4) / 80.0, words.get(0).endSeconds(), 1e-9);
        assertEquals(18 / 80.0, words.get(1).startSeconds(), 1e-9);
        assertEquals((18 + 4 + 12) / 80.0, words.get(1).endSeconds(), 1e-9);
    }
}
