package dev.reverie.tts.kokoro;

import dev.reverie.tts.g2p.PhonemeToken;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * Cuts a text into passages that fit a pass of the network: after the last end of a sentence that fits, else after a
 * clause, a comma, a word; within a word only where one alone is too long.
 */
final class Passages {
    private static final List<String> ENDS = List.of(".!?…", ":;", ",—");
    private static final String CLOSING = ")”\"";

    private final IntPredicate isKnown;
    private final int limit;
    private final List<Passage> passages = new ArrayList<>();
    private List<Word> open = new ArrayList<>();
    private int openLength;

    /**
     * A word or sign within a passage.
     *
     * @param token where it comes from
     * @param phonemes what of its phonemes the model knows
     * @param spaceAfter whether a space follows
     */
    record Word(PhonemeToken token, String phonemes, boolean spaceAfter) {
        /** Characters it takes, its space included. */
        int length() {
            return phonemes.length() + (spaceAfter ? 1 : 0);
        }
    }

    /** Words that are spoken in one pass. */
    record Passage(List<Word> words) {
        Passage {
            words = List.copyOf(words);
        }

        /** All phonemes, spaces between words. */
        String phonemes() {
            StringBuilder joined = new StringBuilder();
            for (Word word : words) {
                joined.append(word.phonemes).append(word.spaceAfter ? " " : "");
            }
            return joined.toString().strip();
        }

        boolean isSpoken() {
            return words.stream().anyMatch(word -> word.phonemes.chars().anyMatch(Character::isLetter));
        }
    }

    private Passages(IntPredicate isKnown, int limit) {
        this.isKnown = isKnown;
        this.limit = limit;
    }

    /**
     * Passages of at most {@code limit} phonemes, without those that hold nothing to speak.
     *
     * @param isKnown whether the model has a phoneme; the others are left out. Kokoro's are of one char each
     */
    static List<Passage> cut(List<PhonemeToken> tokens, IntPredicate isKnown, int limit) {
        Passages cutter = new Passages(isKnown, limit);
        tokens.forEach(cutter::add);
        cutter.close(cutter.open.size());
        return cutter.passages.stream().filter(Passage::isSpoken).toList();
    }

    private void add(PhonemeToken token) {
        String known = known(token.phonemes() == null ? "" : token.phonemes());
        boolean space = !token.whitespace().isEmpty();
        while (known.length() > limit) {
            append(new Word(token, known.substring(0, limit), false));
            known = known.substring(limit);
        }
        append(new Word(token, known, space));
    }

    private void append(Word word) {
        if (word.phonemes.isEmpty()) {
            appendSilent(word);
            return;
        }
        while (openLength + word.phonemes.length() > limit && !open.isEmpty()) {
            close(lastEnd());
        }
        open.add(word);
        openLength += word.length();
    }

    /** A word without sound takes no place; its space goes to the word before it. */
    private void appendSilent(Word word) {
        if (word.spaceAfter && !open.isEmpty() && !open.getLast().spaceAfter) {
            Word before = open.removeLast();
            open.add(new Word(before.token, before.phonemes, true));
            openLength++;
        }
    }

    private String known(String phonemes) {
        StringBuilder kept = new StringBuilder();
        phonemes.codePoints().filter(isKnown).forEach(kept::appendCodePoint);
        return kept.toString();
    }

    /** Ends a passage after {@code count} of the open words. */
    private void close(int count) {
        if (count > 0) {
            passages.add(new Passage(open.subList(0, count)));
            open = new ArrayList<>(open.subList(count, open.size()));
            openLength = open.stream().mapToInt(Word::length).sum();
        }
    }

    /** How many of the open words to take: up to the best end among them. */
    private int lastEnd() {
        for (String ends : ENDS) {
            for (int i = open.size() - 1; i >= 0; i--) {
                String phonemes = open.get(i).phonemes;
                if (phonemes.length() == 1 && ends.contains(phonemes)) {
                    return withClosing(i + 1);
                }
            }
        }
        for (int i = open.size() - 1; i > 0; i--) {
            if (open.get(i - 1).spaceAfter) {
                return i;
            }
        }
        return open.size();
    }

    private int withClosing(int count) {
        boolean closes = count < open.size()
                && open.get(count).phonemes.length() == 1
                && CLOSING.contains(open.get(count).phonemes);
        return closes ? count + 1 : count;
    }
}
