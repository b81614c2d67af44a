package dev.reverie.tensor.io;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** PyTorch checkpoints made opcode by opcode, as torch.save makes them or as an attacker would. */
final class PickleBytes {
    private final ByteArrayOutputStream pickle = new ByteArrayOutputStream();
    private final Map<String, byte[]> files = new LinkedHashMap<>();

    PickleBytes() {
        raw(0x80, 2);
    }

    /** {@code {"w": FloatTensor [2, 3]}} of 0 .. 5. */
    static PickleBytes plain() {
        return new PickleBytes()
                .raw('}', 'q', 0, '(')
                .text("w")
                .tensor("FloatStorage", "0", 6, 0, new long[] {2, 3}, new long[] {3, 1})
                .raw('u')
                .floats("0", 0, 1, 2, 3, 4, 5);
    }

    PickleBytes raw(int... bytes) {
        for (int b : bytes) {
            pickle.write(b);
        }
        return this;
    }

    PickleBytes text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        raw('X');
        pickle.writeBytes(little(4).putInt(utf8.length).array());
        pickle.writeBytes(utf8);
        return this;
    }

    PickleBytes number(long value) {
        if (value == (int) value) {
            raw('J');
            pickle.writeBytes(little(4).putInt((int) value).array());
        } else {
            raw(0x8a, 8);
            pickle.writeBytes(little(8).putLong(value).array());
        }
        return this;
    }

    PickleBytes numbers(long... values) {
        raw('(');
        for (long value : values) {
            number(value);
        }
        return raw('t');
    }

    PickleBytes global(String module, String name) {
        raw('c');
        pickle.writeBytes((module + "\n" + name + "\n").getBytes(StandardCharsets.UTF_8));
        return this;
    }

    PickleBytes orderedDict() {
        return global("collections", "OrderedDict").raw(')', 'R');
    }

    PickleBytes storage(String type, String key, long count) {
        return raw('(').text("storage")
                .global("torch", type)
                .text(key)
                .text("cpu")
                .number(count)
                .raw('t', 'Q');
    }

    /** A view of a storage; shape and strides as {@code long[]}. */
    PickleBytes tensor(String type, String key, long count, long offset, long[] shape, long[] strides) {
        return global("torch._utils", "_rebuild_tensor_v2")
                .raw('(')
                .storage(type, key, count)
                .number(offset)
                .numbers(shape)
                .numbers(strides)
                .raw(0x89)
                .orderedDict()
                .raw('t', 'R');
    }

    /** A file of the archive, beside the pickle. */
    PickleBytes file(String name, byte[] content) {
        files.put("archive/" + name, content);
        return this;
    }

    PickleBytes floats(String key, float... values) {
        byte[] bytes = new byte[4 * values.length];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(values);
        return file("data/" + key, bytes);
    }

    byte[] pickle() {
        return pickle.toByteArray();
    }

    /** Ends the pickle and writes the archive. */
    Path write(Path file) throws IOException {
        raw('.');
        return writeWith(file, pickle());
    }

    /** Holds that the archive, written to {@code file}, is refused with a message that names file and rule. */
    void assertRefused(String rule, Path file) throws IOException {
        write(file);
        CheckpointException e = assertThrows(CheckpointException.class, () -> PickleArchive.open(file));
        String message = String.valueOf(e.getMessage());
        assertTrue(message.startsWith(file + ": ") && message.contains(rule), message);
    }

    /** Writes the archive with another pickle. */
    Path writeWith(Path file, byte[] otherPickle) throws IOException {
        Map<String, byte[]> all = new LinkedHashMap<>();
        all.put("archive/data.pkl", otherPickle);
        all.put("archive/byteorder", "little".getBytes(StandardCharsets.UTF_8));
        all.putAll(files);
        all.put("archive/version", "3\n".getBytes(StandardCharsets.UTF_8));
        return writeZip(file, all, ZipEntry.STORED);
    }

    static Path writeZip(Path file, Map<String, byte[]> files, int method) throws IOException {
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            for (Map.Entry<String, byte[]> content : files.entrySet()) {
                CRC32 crc = new CRC32();
                crc.update(content.getValue());
                ZipEntry entry = new ZipEntry(content.getKey());
                entry.setMethod(method);
                entry.setSize(content.getValue().length);
                entry.setCrc(crc.getValue());
                zip.putNextEntry(entry);
                zip.write(content.getValue());
            }
        }
        return file;
    }

    private static ByteBuffer little(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
