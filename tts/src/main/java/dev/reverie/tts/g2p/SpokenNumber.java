package dev.reverie.tts.g2p;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects the words of one number, each as its phonemes. */
final class SpokenNumber {
    private static final double NO_STRESS = -2;

    private final WordRules rules;
    private final boolean sayAnd;
    private final boolean shortAnd;
    private final boolean aForOne;
    private final List<String> spoken = new ArrayList<>();

    /** Flags: {@code &} says the and of "hundred and one", {@code n} says it short, {@code a} says a for a first one. */
    SpokenNumber(WordRules rules, String flags) {
        this.rules = rules;
        this.sayAnd = flags.indexOf('&') >= 0;
        this.shortAnd = flags.indexOf('n') >= 0;
        this.aForOne = flags.indexOf('a') >= 0;
    }

    boolean isEmpty() {
        return spoken.isEmpty();
    }

    /** The words so far; null if there are none. */
    @Nullable
    String phonemes() {
        return spoken.isEmpty() ? null : String.join(" ", spoken);
    }

    void word(String word) {
        add(rules.lookup(word, Usage.PLAIN));
    }

    void weakWord(String word) {
        add(rules.lookup(word, Usage.PLAIN.withStress(NO_STRESS)));
    }

    void add(@Nullable String phonemes) {
        if (phonemes != null) {
            spoken.add(phonemes);
        }
    }

    /** Says the words of a number; {@code first}: nothing of the same number came before. */
    void say(List<String> words, boolean first) {
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            if (word.equals("and") && !sayAnd) {
                if (shortAnd && !spoken.isEmpty()) {
                    spoken.add(spoken.removeLast() + "ən");
                }
            } else if (aForOne && first && i == 0 && words.size() > 1 && word.equals("one")) {
                spoken.add("ə");
            } else if (word.equals("point")) {
                weakWord(word);
            } else {
                word(word);
            }
        }
    }
}
