package dev.reverie.tts.g2p;

/** Kokoro's phoneme symbols, in the groups that the rules speak of. */
final class Phonemes {
    static final char PRIMARY = 'ˈ';
    static final char SECONDARY = 'ˌ';

    /** Symbols that can carry stress; {@code ᵊ} cannot. */
    static final String VOWELS = "AIOQWYaiuæɑɒɔəɛɜɪʊʌᵻ";

    static final String CONSONANTS = "bdfhjklmnpstvwzðŋɡɹɾʃʒʤʧθ";
    /** Two sounds in one symbol: they weigh twice when stress is shared out. */
    static final String DOUBLE = "AIOQWYʤʧ";
    /** After these an American {@code t} becomes a tap. */
    static final String TAP_BEFORE = "AIOWYiuæɑəɛɪɹʊʌ";

    /** Signs that end or interrupt the flow of sounds. */
    static final String STOPS = ";:,.!?—…";

    static final String PUNCTUATION = STOPS + "\"“”";
    /** Signs inside words that may be passed over in silence. */
    static final String JUNK = "',-._‘’/";

    /** Stands where nothing was found; Kokoro's vocabulary lacks it, so it is silent there. */
    static final String UNKNOWN = "❓";

    private Phonemes() {}

    static boolean isOneOf(String set, int symbol) {
        return set.indexOf(symbol) >= 0;
    }

    static boolean isJunk(String text) {
        return text.chars().allMatch(c -> isOneOf(JUNK, c));
    }

    static boolean hasPrimary(String phonemes) {
        return phonemes.indexOf(PRIMARY) >= 0;
    }

    /** How long a word sounds: one a symbol, two a diphthong or affricate. */
    static int weight(String phonemes) {
        return phonemes.chars().map(c -> isOneOf(DOUBLE, c) ? 2 : 1).sum();
    }
}
