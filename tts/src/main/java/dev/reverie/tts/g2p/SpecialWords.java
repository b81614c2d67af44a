package dev.reverie.tts.g2p;

import org.jspecify.annotations.Nullable;

/** Words and signs whose sound hangs on their neighbours, and abbreviations with dots. */
final class SpecialWords {
    private final Lexicon lexicon;
    private final WordRules rules;

    SpecialWords(Lexicon lexicon, WordRules rules) {
        this.lexicon = lexicon;
        this.rules = rules;
    }

    /** The word that a sign is read as, or null. */
    static @Nullable String nameOfSign(String text) {
        return switch (text) {
            case "%" -> "percent";
            case "&" -> "and";
            case "+" -> "plus";
            case "@" -> "at";
            default -> null;
        };
    }

    /** Phonemes of a special word, or null if this is none. */
    @Nullable
    String get(String word, Usage usage) {
        String sign = nameOfSign(word);
        if (sign != null) {
            return rules.lookup(sign, Usage.PLAIN);
        }
        if (isDotted(word)) {
            return rules.spell(word);
        }
        return switch (word) {
            case "." -> usage.isTagged("ADD") ? rules.lookup("dot", Usage.PLAIN.withStress(-0.5)) : null;
            case "/" -> usage.isTagged("ADD") ? rules.lookup("slash", Usage.PLAIN.withStress(-0.5)) : null;
            case "a", "A" -> usage.isTagged("DT") ? "ɐ" : "ˈA";
            case "am", "Am", "AM" -> am(word, usage);
            case "an", "An" -> "ɐn";
            case "AN" -> usage.isNoun() ? rules.spell(word) : "ɐn";
            case "I" -> usage.isTagged("PRP") ? "ˌI" : null;
            case "by", "By", "BY" -> usage.isAdverb() ? "bˈI" : null;
            case "to", "To" -> to(usage);
            case "TO" -> usage.isTagged("TO") || usage.isTagged("IN") ? to(usage) : null;
            case "in", "In" -> in(usage);
            case "IN" -> usage.isTagged("NNP") ? null : in(usage);
            case "the", "The" -> the(usage);
            case "THE" -> usage.isTagged("DT") ? the(usage) : null;
            case "used", "Used", "USED" -> used(usage);
            default -> isVersus(word, usage) ? rules.lookup("versus", Usage.PLAIN) : null;
        };
    }

    /** {@code U.S.}, {@code a.m.}, {@code Ph.D}: letters and inner dots, no part longer than two. */
    private static boolean isDotted(String word) {
        int part = 0;
        boolean innerDot = false;
        boolean seenLetter = false;
        boolean dotAfterLetter = false;
        for (int i = 0; i < word.length(); i++) {
            char c = word.charAt(i);
            if (c == '.') {
                part = 0;
                dotAfterLetter |= seenLetter;
            } else if (!Character.isLetter(c) || ++part > 2) {
                return false;
            } else {
                innerDot |= dotAfterLetter;
                seenLetter = true;
            }
        }
        return innerDot;
    }

    private static boolean isVersus(String word, Usage usage) {
        return usage.isTagged("IN") && (word.equalsIgnoreCase("vs") || word.equalsIgnoreCase("vs."));
    }

    private @Nullable String am(String word, Usage usage) {
        if (usage.isNoun()) {
            return rules.spell(word);
        }
        boolean strong = usage.isBeforePause() || !word.equals("am") || usage.stress() > 0;
        return strong ? standard("am") : "ɐm";
    }

    private @Nullable String to(Usage usage) {
        if (usage.isBeforePause()) {
            return standard("to");
        }
        return isBeforeVowel(usage) ? "tʊ" : "tə";
    }

    private static String in(Usage usage) {
        return usage.isBeforePause() || !usage.isTagged("IN") ? "ˈɪn" : "ɪn";
    }

    private static String the(Usage usage) {
        return isBeforeVowel(usage) ? "ði" : "ðə";
    }

    /** {@code used to} against {@code used}. */
    private @Nullable String used(Usage usage) {
        LexiconEntry entry = lexicon.gold("used");
        if (entry == null) {
            return null;
        }
        Context context = usage.context();
        boolean habit = context != null && context.beforeTo() && (usage.isTagged("VBD") || usage.isTagged("JJ"));
        return habit ? entry.tagged("VBD") : entry.standard();
    }

    private static boolean isBeforeVowel(Usage usage) {
        Context context = usage.context();
        return context != null && context.next() == Context.Sound.VOWEL;
    }

    private @Nullable String standard(String word) {
        LexiconEntry entry = lexicon.gold(word);
        return entry == null ? null : entry.standard();
    }
}
