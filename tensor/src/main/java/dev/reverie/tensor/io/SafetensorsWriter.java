package dev.reverie.tensor.io;

import dev.reverie.tensor.DType;
import dev.reverie.tensor.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Writes safetensors files.
 *
 * <p>Wider types come first and the header is padded with spaces, so that every tensor is aligned to its type. A file
 * appears whole or not at all: it is written beside its target and renamed over it, which leaves a reader that has the
 * old file open undisturbed. Not safe for use by several threads.
 */
public final class SafetensorsWriter {
    private static final JsonFactory JSON = new JsonFactory();
    private static final int CHUNK_BYTES = 1 << 20;

    private record Part(String name, DType dtype, List<Long> shape, MemorySegment bytes) {}

    private final List<Part> parts = new ArrayList<>();
    private final Set<String> names = new HashSet<>(Set.of(SafetensorsHeader.METADATA));
    private final Map<String, String> metadata = new LinkedHashMap<>();

    /** A writer of a file that has no tensors yet. */
    public SafetensorsWriter() {}

    /** Adds free text to the header. */
    public SafetensorsWriter metadata(String key, String value) {
        metadata.put(encodable(key), encodable(value));
        return this;
    }

    /** Adds a copy of a tensor, as F32. */
    public SafetensorsWriter put(String name, Tensor tensor) {
        int count = tensor.elementCount();
        MemorySegment bytes = Arena.ofAuto().allocate((long) count * Float.BYTES);
        MemorySegment.copy(tensor.data(), tensor.offset(), bytes, Elements.FLOAT, 0, count);
        List<Long> shape = new ArrayList<>();
        for (int size : tensor.shape().toArray()) {
            shape.add((long) size);
        }
        return put(name, DType.F32, shape, bytes);
    }

    /**
     * Adds a tensor of any type; {@code bytes} are its elements, little-endian and row-major, and are read when the file
     * is written.
     *
     * @throws IllegalArgumentException if there is a tensor of that name, or type and shape need another number of bytes
     */
    public SafetensorsWriter put(String name, DType dtype, List<Long> shape, MemorySegment bytes) {
        if (!names.add(encodable(name))) {
            throw new IllegalArgumentException("tensor \"%s\" is there twice, or has a reserved name".formatted(name));
        }
        TensorEntry entry = new TensorEntry(name, dtype, shape, 0, bytes.byteSize());
        boolean negative = shape.stream().anyMatch(size -> size < 0);
        if (negative || Math.multiplyExact(entry.elementCount(), (long) dtype.bits()) != bytes.byteSize() * 8) {
            throw new IllegalArgumentException(
                    "tensor \"%s\" is %s%s but has %d bytes".formatted(name, dtype, shape, bytes.byteSize()));
        }
        parts.add(new Part(name, dtype, entry.shape(), bytes));
        return this;
    }

    /** Writes the file, replacing one that is there; on a fault the old one stays. */
    public void write(Path file) throws IOException {
        WholeFile.write(file, channel -> {
            writeTo(channel);
            channel.force(true);
        });
    }

    /** Writes to a stream, which stays open. */
    public void write(OutputStream out) throws IOException {
        writeTo(Channels.newChannel(out));
    }

    private void writeTo(WritableByteChannel channel) throws IOException {
        List<Part> aligned = new ArrayList<>(parts);
        aligned.sort(Comparator.comparingInt((Part part) -> part.dtype.bits()).reversed());
        byte[] header = header(aligned);
        ByteBuffer head = ByteBuffer.allocate(SafetensorsHeader.LENGTH_BYTES + header.length);
        drain(
                head.order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(header.length)
                        .put(header)
                        .flip(),
                channel);
        for (Part part : aligned) {
            for (long from = 0; from < part.bytes.byteSize(); from += CHUNK_BYTES) {
                long count = Math.min(CHUNK_BYTES, part.bytes.byteSize() - from);
                drain(part.bytes.asSlice(from, count).asByteBuffer(), channel);
            }
        }
    }

    private static void drain(ByteBuffer bytes, WritableByteChannel channel) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    private byte[] header(List<Part> aligned) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
            json.writeStartObject();
            writeMetadata(json);
            long begin = 0;
            for (Part part : aligned) {
                json.writeName(part.name).writeStartObject();
                json.writeStringProperty("dtype", part.dtype.name());
                writeNumbers(json, "shape", part.shape);
                writeNumbers(json, "data_offsets", List.of(begin, begin + part.bytes.byteSize()));
                json.writeEndObject();
                begin += part.bytes.byteSize();
            }
            json.writeEndObject();
        }
        while (out.size() % 8 != 0) {
            out.write(' ');
        }
        if (out.size() > SafetensorsHeader.MAX_LENGTH) {
            throw new IllegalStateException("the header has %d bytes, at most 100,000,000".formatted(out.size()));
        }
        return out.toByteArray();
    }

    private void writeMetadata(JsonGenerator json) {
        if (!metadata.isEmpty()) {
            json.writeName(SafetensorsHeader.METADATA).writeStartObject();
            metadata.forEach(json::writeStringProperty);
            json.writeEndObject();
        }
    }

    private static void writeNumbers(JsonGenerator json, String name, List<Long> numbers) {
        json.writeName(name).writeStartArray();
        numbers.forEach(json::writeNumber);
        json.writeEndArray();
    }

    private static String encodable(String text) {
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw new IllegalArgumentException("a name has half a surrogate pair");
        }
        return text;
    }
}
