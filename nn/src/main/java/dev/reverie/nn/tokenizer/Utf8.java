package dev.reverie.nn.tokenizer;

/** Bytes of single code points in UTF-8. */
final class Utf8 {
    private Utf8() {}

    static int length(int codePoint) {
        if (codePoint < 0x80) {
            return 1;
        }
        return codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
    }

    /** Bytes of the code points in chars {@code from} up to and without {@code to}. */
    static int length(String text, int from, int to) {
        int bytes = 0;
        for (int at = from; at < to; ) {
            int codePoint = text.codePointAt(at);
            bytes += length(codePoint);
            at += Character.charCount(codePoint);
        }
        return bytes;
    }

    /** Byte {@code index} of the code point, 0 to 255. */
    static int byteAt(int codePoint, int index) {
        int length = length(codePoint);
        if (length == 1) {
            return codePoint;
        }
        int bits = codePoint >> (6 * (length - 1 - index));
        int mark = (0xF00 >> length) & 0xFF; // as many ones as bytes
        return index == 0 ? mark | bits : 0x80 | (bits & 0x3F);
    }

    /** Lone surrogates, which no encoding holds, become U+FFFD, char for char. */
    static String valid(String text) {
        StringBuilder valid = null;
        for (int at = 0; at < text.length(); ) {
            int codePoint = text.codePointAt(at);
            if (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE) {
                valid = valid == null ? new StringBuilder(text) : valid;
                valid.setCharAt(at, '\uFFFD');
            }
            at += Character.charCount(codePoint);
        }
        return valid == null ? text : valid.toString();
    }
}
