package dev.reverie.tts.g2p;

/**
 * Raises or lowers the stress of a pronunciation. Degrees: below -1 no stress at all, -1 and -0.5 weaker, 0 and 0.5
 * not without stress, 1 at least a mark and no weaker than it can be, 2 a primary stress. {@link #NONE} changes
 * nothing.
 */
final class Stress {
    /** No wish. Not equal to itself: ask {@link #isSet}. */
    static final double NONE = Double.NaN;

    private static final String PRIMARY = String.valueOf(Phonemes.PRIMARY);
    private static final String SECONDARY = String.valueOf(Phonemes.SECONDARY);

    private Stress() {}

    static boolean isSet(double stress) {
        return !Double.isNaN(stress);
    }

    static String apply(String phonemes, double stress) {
        boolean primary = phonemes.contains(PRIMARY);
        boolean secondary = phonemes.contains(SECONDARY);
        boolean bare = !primary && !secondary;
        if (stress < -1) {
            return phonemes.replace(PRIMARY, "").replace(SECONDARY, "");
        }
        if (stress == -1 || (primary && (stress == 0 || stress == -0.5))) {
            return phonemes.replace(SECONDARY, "").replace(PRIMARY, SECONDARY);
        }
        if (bare && (stress == 0 || stress == 0.5 || stress == 1)) {
            return markFirstVowel(phonemes, SECONDARY);
        }
        if (stress >= 1 && !primary && secondary) {
            return phonemes.replace(SECONDARY, PRIMARY);
        }
        if (bare && stress > 1) {
            return markFirstVowel(phonemes, PRIMARY);
        }
        return phonemes;
    }

    private static String markFirstVowel(String phonemes, String mark) {
        for (int i = 0; i < phonemes.length(); i++) {
            if (Phonemes.isOneOf(Phonemes.VOWELS, phonemes.charAt(i))) {
                return phonemes.substring(0, i) + mark + phonemes.substring(i);
            }
        }
        return phonemes;
    }
}
