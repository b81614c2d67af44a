package dev.reverie.diffusion.image;

import dev.reverie.diffusion.image.PngChunks.Chunk;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.InflaterInputStream;
import org.jspecify.annotations.Nullable;

/** Texts of a PNG file (W3C, Portable Network Graphics, section 11.3.3): Latin-1 in tEXt and zTXt, UTF-8 in iTXt. */
final class PngText {
    private static final int MAX_KEY_BYTES = 79;
    /** Longest text that is unpacked; a longer one is left out. */
    private static final int MAX_TEXT_BYTES = 1 << 24;

    private PngText() {}

    /** A text as a chunk: tEXt if Latin-1 has its characters, else iTXt, as PIL's PngInfo.add_text chooses. */
    static Chunk chunk(String key, String text) {
        byte[] name = key.getBytes(StandardCharsets.ISO_8859_1);
        if (name.length == 0 || name.length > MAX_KEY_BYTES || key.indexOf('\0') >= 0) {
            throw new IllegalArgumentException(
                    "a text's key must have 1 to %d Latin-1 characters: %s".formatted(MAX_KEY_BYTES, key));
        }
        String storable = text.replace('\0', '\uFFFD'); // a zero would end it
        boolean isLatin = StandardCharsets.ISO_8859_1.newEncoder().canEncode(storable);
        byte[] head = Arrays.copyOf(name, name.length + (isLatin ? 1 : 5)); // not packed, no language, no translation
        byte[] body = storable.getBytes(isLatin ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8);
        byte[] data = Arrays.copyOf(head, head.length + body.length);
        System.arraycopy(body, 0, data, head.length, body.length);
        return new Chunk(isLatin ? "tEXt" : "iTXt", ByteBuffer.wrap(data));
    }

    /** All texts, in the file's order; what is malformed or unpacks to more than 16 MiB is left out. */
    static Map<String, String> read(List<Chunk> chunks) {
        Map<String, String> texts = new LinkedHashMap<>();
        for (Chunk chunk : chunks) {
            byte[] data = chunk.bytes();
            int end = next(data, 0);
            String text = end < 1
                    ? null
                    : switch (chunk.type()) {
                        case "tEXt" -> text(data, end + 1, false, StandardCharsets.ISO_8859_1);
                        case "zTXt" -> text(data, end + 2, true, StandardCharsets.ISO_8859_1);
                        case "iTXt" -> international(data, end);
                        default -> null;
                    };
            if (text != null) {
                texts.putIfAbsent(new String(data, 0, end, StandardCharsets.ISO_8859_1), text);
            }
        }
        return texts;
    }

    /** After the key: whether and how it is packed, language, translated key. */
    private static @Nullable String international(byte[] data, int end) {
        int language = end < data.length - 3 ? next(data, end + 3) : -1;
        int translated = language < 0 ? -1 : next(data, language + 1);
        return translated < 0 ? null : text(data, translated + 1, data[end + 1] != 0, StandardCharsets.UTF_8);
    }

    private static @Nullable String text(byte[] data, int from, boolean packed, Charset charset) {
        if (from > data.length) {
            return null;
        }
        if (!packed) {
            return new String(data, from, data.length - from, charset);
        }
        InputStream body = new ByteArrayInputStream(data, from, data.length - from);
        try (InputStream unpacked = new InflaterInputStream(body)) {
            byte[] text = unpacked.readNBytes(MAX_TEXT_BYTES);
            return unpacked.read() < 0 ? new String(text, charset) : null;
        } catch (IOException e) {
            return null; // a text is no reason to refuse the picture
        }
    }

    /** Where the next zero is, or -1. */
    private static int next(byte[] data, int from) {
        for (int i = from; i < data.length; i++) {
            if (data[i] == 0) {
                return i;
            }
        }
        return -1;
    }
}
