package dev.reverie.tts.g2p;

import java.text.Normalizer;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Looks one token up: in the user's own list, in the dictionaries, then as a number. */
final class Pronouncer {
    /** Nothing longer is a word; numbers may be. */
    private static final int LONGEST = 256;

    private final WordList ownWords;
    private final WordRules rules;
    private final NumberReader numbers;

    Pronouncer(Accent accent, WordList ownWords) {
        this.ownWords = ownWords;
        this.rules = new WordRules(accent);
        this.numbers = new NumberReader(rules, new Suffixes(accent));
    }

    WordRules rules() {
        return rules;
    }

    /** Phonemes of the token, or null if nothing knows it. */
    @Nullable
    String pronounce(Token token, Context context) {
        String text = token.alias == null ? token.text() : token.alias;
        if (text.length() > LONGEST && !NumberReader.isNumber(text, token.head)) {
            return null;
        }
        String word = normalize(text);
        String phonemes = ownWords.find(word);
        if (phonemes != null) {
            return phonemes;
        }
        phonemes = rules.get(word, new Usage(token.tag(), stressOfCapitals(word), context));
        if (phonemes != null) {
            return Stress.apply(withCurrency(phonemes, token.currency), token.stress);
        }
        phonemes = NumberReader.isNumber(word, token.head) ? numbers.read(word, token) : null;
        return phonemes == null ? null : Stress.apply(phonemes, token.stress);
    }

    private String withCurrency(String phonemes, @Nullable String currency) {
        String name = currency == null ? null : numbers.nameOfCurrency(currency);
        return name == null ? phonemes : phonemes + " " + name;
    }

    private static double stressOfCapitals(String word) {
        if (word.equals(word.toLowerCase(Locale.ROOT))) {
            return Stress.NONE;
        }
        return word.equals(word.toUpperCase(Locale.ROOT)) ? 2 : 0.5;
    }

    /** Straight apostrophes, compatibility forms undone, digits of all scripts as ASCII. */
    @SuppressWarnings("CharacterGetNumericValue") // only asked for digits, among them those of no script
    static String normalize(String text) {
        if (text.chars().allMatch(c -> c < 0x80)) {
            return text;
        }
        String straight = text.replace('‘', '\'').replace('’', '\'');
        StringBuilder normal = new StringBuilder();
        Normalizer.normalize(straight, Normalizer.Form.NFKC).codePoints().forEach(c -> {
            if (Characters.isDigit(c)) {
                normal.append(Character.getNumericValue(c));
            } else {
                normal.appendCodePoint(c);
            }
        });
        return normal.toString();
    }
}
