package dev.reverie.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Text that comes through a pipe. */
final class StandardInput {
    /** A long novel has 2 MB. */
    private static final int MOST_BYTES = 16 << 20;

    private StandardInput() {}

    /** All of a stream as UTF-8 text, without the mark of byte order that some editors write. */
    static String text(InputStream in) throws IOException {
        byte[] bytes = in.readNBytes(MOST_BYTES + 1);
        if (bytes.length > MOST_BYTES) {
            throw new IllegalArgumentException("standard input has more than 16 MB; speak it in parts");
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw new IOException("standard input is not UTF-8 text", e);
        }
    }
}
