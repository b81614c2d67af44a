package dev.reverie.tts.g2p;

import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The endings -s, -ed and -ing: taking them off words, and putting their sounds on pronunciations. */
final class Suffixes {
    private static final String DOUBLED = "bcdgklmnprstvxz";

    private final boolean british;

    Suffixes(Accent accent) {
        this.british = accent == Accent.GB;
    }

    /** What {@code word} is the plural, third person or possessive of; null if nothing known. */
    static @Nullable String stemOfS(String word, Predicate<String> known) {
        int n = word.length();
        if (n < 3 || !word.endsWith("s")) {
            return null;
        }
        if (!word.endsWith("ss") && known.test(word.substring(0, n - 1))) {
            return word.substring(0, n - 1);
        }
        boolean es = n > 4 && word.endsWith("es") && !word.endsWith("ies");
        if ((es || word.endsWith("'s")) && known.test(word.substring(0, n - 2))) {
            return word.substring(0, n - 2);
        }
        if (n > 4 && word.endsWith("ies") && known.test(word.substring(0, n - 3) + "y")) {
            return word.substring(0, n - 3) + "y";
        }
        return null;
    }

    /** What {@code word} is the past of; null if nothing known. */
    static @Nullable String stemOfEd(String word, Predicate<String> known) {
        int n = word.length();
        if (n < 4 || !word.endsWith("d")) {
            return null;
        }
        if (!word.endsWith("dd") && known.test(word.substring(0, n - 1))) {
            return word.substring(0, n - 1);
        }
        boolean ed = n > 4 && word.endsWith("ed") && !word.endsWith("eed");
        return ed && known.test(word.substring(0, n - 2)) ? word.substring(0, n - 2) : null;
    }

    /** What {@code word} is the -ing form of; null if nothing known. */
    static @Nullable String stemOfIng(String word, Predicate<String> known) {
        int n = word.length();
        if (n < 5 || !word.endsWith("ing")) {
            return null;
        }
        String stem = word.substring(0, n - 3);
        if (n > 5 && known.test(stem)) {
            return stem;
        }
        if (known.test(stem + "e")) {
            return stem + "e";
        }
        return n > 5 && endsDoubled(stem) && known.test(word.substring(0, n - 4)) ? word.substring(0, n - 4) : null;
    }

    /** {@code runn}, {@code stopp}, {@code mimick}. */
    private static boolean endsDoubled(String stem) {
        char last = stem.charAt(stem.length() - 1);
        char before = stem.charAt(stem.length() - 2);
        return (last == before && DOUBLED.indexOf(last) >= 0) || stem.endsWith("ck");
    }

    /** Adds the sound of -s; an empty stem stays nothing. */
    @Nullable
    String addS(@Nullable String stem) {
        if (stem == null || stem.isEmpty()) {
            return null;
        }
        char last = stem.charAt(stem.length() - 1);
        if ("ptkfθ".indexOf(last) >= 0) {
            return stem + "s";
        }
        if ("szʃʒʧʤ".indexOf(last) >= 0) {
            return stem + (british ? "ɪz" : "ᵻz");
        }
        return stem + "z";
    }

    /** Adds the sound of -ed; an empty stem stays nothing. */
    @Nullable
    String addEd(@Nullable String stem) {
        if (stem == null || stem.isEmpty()) {
            return null;
        }
        char last = stem.charAt(stem.length() - 1);
        if ("pkfθʃsʧ".indexOf(last) >= 0) {
            return stem + "t";
        }
        if (last == 'd') {
            return stem + (british ? "ɪd" : "ᵻd");
        }
        if (last != 't') {
            return stem + "d";
        }
        if (british || stem.length() < 2) {
            return stem + "ɪd";
        }
        return endsInTap(stem) ? tapped(stem) + "ᵻd" : stem + "ᵻd";
    }

    /** Adds the sound of -ing; null where British English would need an r. */
    @Nullable
    String addIng(@Nullable String stem) {
        if (stem == null || stem.isEmpty()) {
            return null;
        }
        if (british) {
            return stem.endsWith("ə") || stem.endsWith("ː") ? null : stem + "ɪŋ";
        }
        return (endsInTap(stem) ? tapped(stem) : stem) + "ɪŋ";
    }

    private static boolean endsInTap(String stem) {
        int n = stem.length();
        return n > 1 && stem.charAt(n - 1) == 't' && Phonemes.isOneOf(Phonemes.TAP_BEFORE, stem.charAt(n - 2));
    }

    private static String tapped(String stem) {
        return stem.substring(0, stem.length() - 1) + "ɾ";
    }
}
