package dev.reverie.tts.g2p;

/** Classes of code points as the tokenizer and the tagger were trained with them; the JDK's differ a little. */
final class Characters {
    /** Digits beyond category Nd, as pairs first, last: superscripts, circled and Ethiopic digits and such. */
    private static final int[] FURTHER_DIGITS = {
        0xB2, 0xB3, 0xB9, 0xB9, 0x1369, 0x1371, 0x19DA, 0x19DA, 0x2070, 0x2070, 0x2074, 0x2079, 0x2080, 0x2089,
        0x2460, 0x2468, 0x2474, 0x247C, 0x2488, 0x2490, 0x24EA, 0x24EA, 0x24F5, 0x24FD, 0x24FF, 0x24FF, 0x2776, 0x277E,
        0x2780, 0x2788, 0x278A, 0x2792, 0x10A40, 0x10A43, 0x10E60, 0x10E68, 0x11052, 0x1105A, 0x1F100, 0x1F10A
    };

    private Characters() {}

    static boolean isSpace(int c) {
        return switch (c) {
            case 0x85, 0xA0, 0x1680, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000 -> true;
            default -> (c >= 0x9 && c <= 0xD) || (c >= 0x1C && c <= 0x20) || (c >= 0x2000 && c <= 0x200A);
        };
    }

    static boolean isSpaces(String text) {
        return text.codePoints().allMatch(Characters::isSpace);
    }

    static boolean isDigit(int c) {
        if (c < 0x80) {
            return c >= '0' && c <= '9';
        }
        if (Character.isDigit(c)) {
            return true;
        }
        for (int i = 0; i < FURTHER_DIGITS.length; i += 2) {
            if (c >= FURTHER_DIGITS[i] && c <= FURTHER_DIGITS[i + 1]) {
                return true;
            }
        }
        return false;
    }

    static boolean isApostrophe(int c) {
        return c == '\'' || c == '‘' || c == '’';
    }
}
