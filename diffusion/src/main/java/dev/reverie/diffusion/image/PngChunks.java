package dev.reverie.diffusion.image;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32;

/** Chunks of a PNG file (W3C, Portable Network Graphics, section 5): length, type, data, checksum. */
final class PngChunks {
    /** Bytes of a chunk around its data. */
    private static final int FRAME_BYTES = 12;

    private static final int MAX_CHUNKS = 1_000_000;
    private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};

    private static final Set<String> NEEDED = Set.of("IHDR", "PLTE", "tRNS", "IDAT", "IEND");

    private PngChunks() {}

    /** One chunk; the data is a view of the file. */
    record Chunk(String type, ByteBuffer data) {
        byte[] bytes() {
            byte[] bytes = new byte[data.remaining()];
            data.get(data.position(), bytes);
            return bytes;
        }
    }

    static boolean isPng(byte[] file) {
        int length = SIGNATURE.length;
        return file.length >= length && Arrays.equals(SIGNATURE, 0, length, file, 0, length);
    }

    /**
     * The chunks up to and with IEND, checksums compared.
     *
     * @throws IllegalArgumentException if the file breaks a rule, with a sentence that says which
     */
    static List<Chunk> read(byte[] file) {
        List<Chunk> chunks = new ArrayList<>();
        int at = SIGNATURE.length;
        do {
            Chunk chunk = chunk(file, at);
            chunks.add(chunk);
            at += FRAME_BYTES + chunk.data.remaining();
        } while (!chunks.getLast().type.equals("IEND") && chunks.size() < MAX_CHUNKS);
        return chunks;
    }

    private static Chunk chunk(byte[] file, int at) {
        if (file.length - at < FRAME_BYTES) {
            throw new IllegalArgumentException("is cut short: the file ends at byte %d".formatted(file.length));
        }
        ByteBuffer bytes = ByteBuffer.wrap(file);
        int length = bytes.getInt(at);
        if (length < 0 || length > file.length - at - FRAME_BYTES) {
            throw new IllegalArgumentException("is cut short or damaged: the chunk at byte %d has %d bytes, the file %d"
                    .formatted(at, Integer.toUnsignedLong(length), file.length));
        }
        CRC32 sum = new CRC32();
        sum.update(file, at + 4, 4 + length);
        if ((int) sum.getValue() != bytes.getInt(at + 8 + length)) {
            throw new IllegalArgumentException("is damaged: the chunk at byte %d has a wrong checksum".formatted(at));
        }
        String type = new String(file, at + 4, 4, StandardCharsets.ISO_8859_1);
        return new Chunk(type, bytes.slice(at + 8, length));
    }

    /** A file of what decoding needs and no more. */
    static byte[] onlyNeeded(List<Chunk> chunks) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        writeSignature(out);
        for (Chunk chunk : chunks) {
            if (NEEDED.contains(chunk.type)) {
                write(out, chunk.type, chunk.bytes());
            }
        }
        return bytes.toByteArray();
    }

    static void writeSignature(DataOutputStream out) throws IOException {
        out.write(SIGNATURE);
    }

    static void write(DataOutputStream out, String type, byte[] data) throws IOException {
        byte[] name = type.getBytes(StandardCharsets.ISO_8859_1);
        CRC32 sum = new CRC32();
        sum.update(name);
        sum.update(data);
        out.writeInt(data.length);
        out.write(name);
        out.write(data);
        out.writeInt((int) sum.getValue());
    }
}
