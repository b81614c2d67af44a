package dev.reverie.tts.g2p;

import java.util.Locale;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** How a word sounds by the dictionaries: as it is, in another case, without an ending, or letter by letter. */
final class WordRules {
    private static final int LONG_NAME = 7;

    private final Lexicon lexicon;
    private final Suffixes suffixes;
    private final SpecialWords special;
    private final Predicate<String> known = this::isKnown;

    WordRules(Accent accent) {
        this.lexicon = Lexicon.of(accent);
        this.suffixes = new Suffixes(accent);
        this.special = new SpecialWords(lexicon, this);
    }

    /** Phonemes of {@code word}, or null. */
    @Nullable
    String get(String word, Usage usage) {
        if (!isAscii(word)) {
            return null; // keys, signs and letters' names are ASCII
        }
        String fixed = special.get(word, usage);
        if (fixed != null) {
            return fixed;
        }
        String w = shouldBeLowered(word, usage) ? lower(word) : word;
        if (isKnown(w)) {
            return lookup(w, usage);
        }
        if (w.endsWith("s'") && isKnown(w.substring(0, w.length() - 2) + "'s")) {
            return lookup(w.substring(0, w.length() - 2) + "'s", usage);
        }
        if (w.endsWith("'") && isKnown(w.substring(0, w.length() - 1))) {
            return lookup(w.substring(0, w.length() - 1), usage);
        }
        return withoutSuffix(w, usage, Stress.isSet(usage.stress()) ? usage.stress() : 0.5);
    }

    /** The dictionaries' pronunciation of a word that is known; null if it cannot even be spelled. */
    @Nullable
    String lookup(String word, Usage usage) {
        String w = word;
        boolean proper = false;
        if (word.equals(upper(word)) && lexicon.gold(word) == null) {
            w = lower(word);
            proper = usage.isTagged("NNP");
        }
        LexiconEntry entry = lexicon.gold(w);
        if (entry == null && !proper) {
            entry = lexicon.silver(w);
        }
        String phonemes = entry == null ? null : entry.phonemes(usage);
        if (phonemes == null || (proper && !Phonemes.hasPrimary(phonemes))) {
            String spelled = spell(w);
            if (spelled != null) {
                return spelled;
            }
        }
        return phonemes == null ? null : Stress.apply(phonemes, usage.stress());
    }

    /** The names of the word's letters, the last one stressed; null if there is a letter without a name. */
    @Nullable
    String spell(String word) {
        StringBuilder names = new StringBuilder();
        for (int i = 0; i < word.length(); i++) {
            if (Character.isLetter(word.charAt(i))) {
                LexiconEntry name = lexicon.gold(upper(word.substring(i, i + 1)));
                if (name == null) {
                    return null;
                }
                names.append(name.standard());
            }
        }
        String even = Stress.apply(names.toString(), 0);
        int last = even.lastIndexOf(Phonemes.SECONDARY);
        return last < 0 ? even : even.substring(0, last) + Phonemes.PRIMARY + even.substring(last + 1);
    }

    /** The word that ends in -s, by its stem; null if there is none. */
    @Nullable
    String withS(String word, Usage usage) {
        String stem = Suffixes.stemOfS(word, known);
        return stem == null ? null : suffixes.addS(lookup(stem, usage));
    }

    private @Nullable String withoutSuffix(String word, Usage usage, double ingStress) {
        String phonemes = withS(word, usage);
        if (phonemes != null) {
            return phonemes;
        }
        String past = Suffixes.stemOfEd(word, known);
        phonemes = past == null ? null : suffixes.addEd(lookup(past, usage));
        if (phonemes != null) {
            return phonemes;
        }
        String stem = Suffixes.stemOfIng(word, known);
        return stem == null ? null : suffixes.addIng(lookup(stem, usage.withStress(ingStress)));
    }

    /** Whether a capitalised word is only known, perhaps with an ending, in lower case. */
    private boolean shouldBeLowered(String word, Usage usage) {
        String w = lower(word);
        boolean plain = word.length() > 1 && isLetters(word.replace("'", "")) && !word.equals(w);
        boolean name = usage.isTagged("NNP") && word.length() <= LONG_NAME;
        if (!plain || name || lexicon.has(word)) {
            return false;
        }
        String tail = word.substring(1);
        boolean regular = word.equals(upper(word)) || tail.equals(lower(tail));
        return regular && (lexicon.has(w) || withoutSuffix(w, usage, usage.stress()) != null);
    }

    private boolean isKnown(String word) {
        if (lexicon.has(word) || SpecialWords.nameOfSign(word) != null) {
            return true;
        }
        if (!isLetters(word)) {
            return false;
        }
        if (word.length() == 1 || (word.equals(upper(word)) && lexicon.gold(lower(word)) != null)) {
            return true;
        }
        String tail = word.substring(1);
        return tail.equals(upper(tail));
    }

    private static boolean isLetters(String word) {
        return !word.isEmpty() && word.chars().allMatch(Character::isLetter);
    }

    private static boolean isAscii(String word) {
        return word.chars().allMatch(c -> c < 0x80);
    }

    private static String lower(String word) {
        return word.toLowerCase(Locale.ROOT);
    }

    private static String upper(String word) {
        return word.toUpperCase(Locale.ROOT);
    }
}
