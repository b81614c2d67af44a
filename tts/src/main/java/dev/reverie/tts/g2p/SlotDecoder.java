package dev.reverie.tts.g2p;

import dev.reverie.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes phonemes of the letter network's slots: the likeliest symbol of each, repetitions and blanks dropped (as in CTC),
 * and exactly one primary stress where there is a vowel.
 */
final class SlotDecoder {
    private static final int BLANK = 0;
    private static final String MARKS = "ˈˌ";
    private static final char LENGTH = 'ː';

    /** A symbol that is kept, and the slot it came from. */
    private record Choice(int symbol, int slot) {}

    private final List<String> symbols;
    private final String vowels;

    /** Symbol 0 is blank; {@code vowels} are all that can carry a mark. */
    SlotDecoder(List<String> symbols, String vowels) {
        this.symbols = symbols;
        this.vowels = vowels;
    }

    /** Phonemes of {@code logits [slots, symbols]}. */
    String decode(Tensor logits) {
        List<Choice> choices = likeliest(logits);
        List<Integer> stressed = new ArrayList<>();
        for (int i = 0; i < choices.size(); i++) {
            if (isPrimary(choices.get(i).symbol)) {
                stressed.add(i);
            }
        }
        if (stressed.isEmpty()) {
            addStress(choices, logits);
        } else {
            keepOneStress(choices, stressed, logits);
        }
        StringBuilder phonemes = new StringBuilder();
        choices.forEach(choice -> phonemes.append(symbols.get(choice.symbol)));
        return phonemes.toString();
    }

    private List<Choice> likeliest(Tensor logits) {
        List<Choice> choices = new ArrayList<>();
        int before = -1;
        for (int slot = 0; slot < logits.dim(0); slot++) {
            int best = 0;
            for (int s = 1; s < symbols.size(); s++) {
                best = logit(logits, slot, s) > logit(logits, slot, best) ? s : best;
            }
            if (best != before && best != BLANK) {
                choices.add(new Choice(best, slot));
            }
            before = best;
        }
        return choices;
    }

    /** The surest primary stress stays, the others become secondary or none, whichever is likelier in their slot. */
    private void keepOneStress(List<Choice> choices, List<Integer> stressed, Tensor logits) {
        int surest = stressed.getFirst();
        for (int i : stressed) {
            surest = score(logits, choices.get(i)) > score(logits, choices.get(surest)) ? i : surest;
        }
        for (int i : stressed) {
            if (i != surest) {
                choices.set(i, weaker(choices.get(i), logits));
            }
        }
    }

    /** The same vowel with a secondary stress or without: each is a symbol too. */
    private Choice weaker(Choice choice, Tensor logits) {
        String vowel = symbols.get(choice.symbol).substring(1);
        int bare = symbols.indexOf(vowel);
        int secondary = symbols.indexOf(Phonemes.SECONDARY + vowel);
        boolean marked = logit(logits, choice.slot, secondary) >= logit(logits, choice.slot, bare);
        return new Choice(marked ? secondary : bare, choice.slot);
    }

    /** The surest of all stressed vowels in the slots of the kept vowels takes its slot's place. */
    private void addStress(List<Choice> choices, Tensor logits) {
        int place = -1;
        Choice surest = new Choice(BLANK, 0);
        for (int i = 0; i < choices.size(); i++) {
            if (isVowel(choices.get(i).symbol)) {
                for (int s = 0; s < symbols.size(); s++) {
                    Choice stressed = new Choice(s, choices.get(i).slot);
                    if (isPrimary(s) && (place < 0 || score(logits, stressed) > score(logits, surest))) {
                        surest = stressed;
                        place = i;
                    }
                }
            }
        }
        if (place >= 0) {
            choices.set(place, surest);
        }
    }

    private boolean isPrimary(int symbol) {
        return symbols.get(symbol).charAt(0) == Phonemes.PRIMARY;
    }

    /** Whether the symbol is a vowel, with or without marks. */
    private boolean isVowel(int symbol) {
        String text = symbols.get(symbol);
        int from = MARKS.indexOf(text.charAt(0)) >= 0 ? 1 : 0;
        int to = text.charAt(text.length() - 1) == LENGTH ? text.length() - 1 : text.length();
        return to - from == 1 && vowels.indexOf(text.charAt(from)) >= 0;
    }

    private float logit(Tensor logits, int slot, int symbol) {
        return logits.get(slot * symbols.size() + symbol);
    }

    /** Log of the symbol's probability in its slot. */
    private double score(Tensor logits, Choice choice) {
        double sum = 0;
        float largest = Float.NEGATIVE_INFINITY;
        for (int s = 0; s < symbols.size(); s++) {
            largest = Math.max(largest, logit(logits, choice.slot, s));
        }
        for (int s = 0; s < symbols.size(); s++) {
            sum += StrictMath.exp(logit(logits, choice.slot, s) - largest);
        }
        return logit(logits, choice.slot, choice.symbol) - largest - StrictMath.log(sum);
    }
}
