package dev.reverie.nn.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;

/**
 * One visible char for each byte: printable bytes of Latin-1 stand for themselves, the others for U+0100 and on
 * (openai/gpt-2, src/encoder.py, {@code bytes_to_unicode}).
 */
final class ByteAlphabet {
    private static final char[] CHARS = new char[256];

    static {
        char next = 0x100;
        for (int b = 0; b < 256; b++) {
            boolean printable = (b >= '!' && b <= '~') || (b >= 0xA1 && b != 0xAD);
            CHARS[b] = printable ? (char) b : next++;
        }
    }

    private ByteAlphabet() {}

    /** All chars in the order of CLIP's vocabulary, which is that of their code points. */
    static List<String> printableFirst() {
        return IntStream.range(0, 256).mapToObj(ByteAlphabet::charOf).sorted().toList();
    }

    static String charOf(int b) {
        return String.valueOf(CHARS[b]);
    }

    /** The bytes of a text in UTF-8, one char each. */
    static String spell(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        StringBuilder spelt = new StringBuilder(bytes.length);
        for (byte b : bytes) {
            spelt.append(CHARS[b & 0xFF]);
        }
        return spelt.toString();
    }
}
