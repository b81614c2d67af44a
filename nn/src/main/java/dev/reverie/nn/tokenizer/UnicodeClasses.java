package dev.reverie.nn.tokenizer;

/** Classes of code points that tokenizers share. */
final class UnicodeClasses {
    private UnicodeClasses() {}

    /** Unicode's property White_Space; all of it lies below U+10000. */
    static boolean isSpace(int codePoint) {
        return codePoint == ' '
                || (codePoint >= '\t' && codePoint <= '\r')
                || codePoint == 0x85
                || (codePoint >= 0xA0 && Character.isSpaceChar(codePoint));
    }

    /**
     * Whether a code point may compose with one before it, or change its place with it: marks, vowels and final
     * consonants of Hangul, and four vowels of Kirat Rai, which count as letters.
     */
    static boolean mayCompose(int codePoint) {
        int type = Character.getType(codePoint);
        return type == Character.NON_SPACING_MARK
                || type == Character.COMBINING_SPACING_MARK
                || type == Character.ENCLOSING_MARK
                || (codePoint >= 0x1160 && codePoint <= 0x11FF)
                || (codePoint >= 0x16D63 && codePoint <= 0x16D6A);
    }
}
