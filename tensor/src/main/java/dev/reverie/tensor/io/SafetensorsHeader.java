package dev.reverie.tensor.io;

import static dev.reverie.tensor.io.CheckpointException.inFile;
import static dev.reverie.tensor.io.CheckpointException.inTensor;
import static dev.reverie.tensor.io.CheckpointException.quoted;

import dev.reverie.tensor.DType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonToken;

/**
 * What stands before the data of a safetensors file: 8 bytes of length, then JSON. The checks and their order are those
 * of the reference (huggingface/safetensors, safetensors/src/tensor.rs), and besides duplicate names are refused.
 *
 * @param dataStart first byte of the data
 * @param entries by name, in the file's order
 */
record SafetensorsHeader(long dataStart, Map<String, TensorEntry> entries, Map<String, String> metadata) {
    static final int LENGTH_BYTES = 8;
    static final long MAX_LENGTH = 100_000_000;
    static final String METADATA = "__metadata__";

    private static final int MAX_RANK = 64;

    static SafetensorsHeader read(String file, MemorySegment bytes) throws IOException {
        long size = bytes.byteSize();
        long length = requireLength(file, bytes);
        SafetensorsHeader header;
        try (JsonReader reader = JsonReader.strict(file, new SegmentInputStream(bytes.asSlice(LENGTH_BYTES, length)))) {
            header = new Parser(file, reader).parse(LENGTH_BYTES + length);
        }
        long end = requireContiguous(file, header.entries);
        if (end != size - header.dataStart) {
            throw inFile(file, "its tensors end at byte %,d, the file at %,d", header.dataStart + end, size);
        }
        return header;
    }

    private static long requireLength(String file, MemorySegment bytes) throws CheckpointException {
        long size = bytes.byteSize();
        if (size < LENGTH_BYTES) {
            throw inFile(file, "header too small: the file has %d bytes, the header's length alone takes 8", size);
        }
        long length = bytes.get(ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN), 0);
        if (Long.compareUnsigned(length, MAX_LENGTH) > 0) {
            ForeignFormat format = ForeignFormat.of(bytes);
            if (format != null) {
                throw inFile(file, "%s", format.advice());
            }
            throw inFile(file, "header too large: %s bytes, at most 100,000,000", Long.toUnsignedString(length));
        }
        if (length > size - LENGTH_BYTES) {
            throw inFile(file, "header longer than the file: it ends at byte %,d, the file at %,d", length + 8, size);
        }
        return length;
    }

    /** Checks that the data has no holes and no overlaps and fits shapes and types; returns its length. */
    private static long requireContiguous(String file, Map<String, TensorEntry> entries) throws CheckpointException {
        List<TensorEntry> inOrder = new ArrayList<>(entries.values());
        inOrder.sort(Comparator.comparingLong(TensorEntry::begin).thenComparingLong(TensorEntry::end));
        long start = 0;
        for (TensorEntry entry : inOrder) {
            if (entry.begin() != start || entry.end() < start) {
                throw inTensor(
                        file,
                        entry.name(),
                        "takes bytes %,d to %,d of the data, but the tensor before it ends at %,d",
                        entry.begin(),
                        entry.end(),
                        start);
            }
            long bytes = byteCount(file, entry);
            if (entry.end() - start != bytes) {
                throw inTensor(
                        file,
                        entry.name(),
                        "has %,d bytes, but %s%s needs %,d",
                        entry.end() - start,
                        entry.dtype(),
                        entry.shape(),
                        bytes);
            }
            start = entry.end();
        }
        return start;
    }

    private static long byteCount(String file, TensorEntry entry) throws CheckpointException {
        long bits;
        try {
            bits = Math.multiplyExact(entry.elementCount(), (long) entry.dtype().bits());
        } catch (ArithmeticException overflow) {
            throw inTensor(file, entry.name(), "has a size that overflows: %s%s", entry.dtype(), entry.shape());
        }
        if (bits % 8 != 0) {
            throw inTensor(
                    file,
                    entry.name(),
                    "is misaligned: %s%s does not fill its last byte",
                    entry.dtype(),
                    entry.shape());
        }
        return bits / 8;
    }

    /** The JSON, member by member: a million entries must not become a tree first. */
    private record Parser(String file, JsonReader reader) {

        SafetensorsHeader parse(long dataStart) throws IOException {
            Map<String, TensorEntry> entries = new LinkedHashMap<>();
            Map<String, String> metadata = null;
            reader.expect(JsonToken.START_OBJECT, "has a header that is not a JSON object");
            while (reader.next() == JsonToken.PROPERTY_NAME) {
                String name = reader.key();
                boolean duplicate;
                if (name.equals(METADATA)) {
                    duplicate = metadata != null;
                    metadata = metadata();
                } else {
                    duplicate = entries.put(name, entry(name)) != null;
                }
                if (duplicate) {
                    throw inTensor(file, name, "is in the header twice");
                }
            }
            reader.expectEnd();
            return new SafetensorsHeader(
                    dataStart, Collections.unmodifiableMap(entries), metadata == null ? Map.of() : metadata);
        }

        private Map<String, String> metadata() throws IOException {
            Map<String, String> metadata = new LinkedHashMap<>();
            reader.expect(JsonToken.START_OBJECT, "has " + METADATA + " that is not an object");
            while (reader.next() == JsonToken.PROPERTY_NAME) {
                String key = reader.key();
                reader.expect(JsonToken.VALUE_STRING, "has a value in " + METADATA + " that is not a string");
                if (metadata.put(key, reader.string()) != null) {
                    throw reader.fault("has the key " + quoted(key) + " twice in " + METADATA);
                }
            }
            return Collections.unmodifiableMap(metadata);
        }

        private TensorEntry entry(String name) throws IOException {
            DType dtype = null;
            List<Long> shape = null;
            List<Long> offsets = null;
            if (reader.next() != JsonToken.START_OBJECT) {
                throw inTensor(file, name, "is not a JSON object");
            }
            while (reader.next() == JsonToken.PROPERTY_NAME) {
                String key = reader.key();
                JsonToken token = reader.next();
                switch (key) {
                    case "dtype" -> dtype = once(name, key, dtype, dtype(name, token));
                    case "shape" -> shape = once(name, key, shape, numbers(name, key, token));
                    case "data_offsets" -> offsets = once(name, key, offsets, numbers(name, key, token));
                    default -> reader.skip();
                }
            }
            if (dtype == null || shape == null || offsets == null) {
                String missing = dtype == null ? "dtype" : shape == null ? "shape" : "data_offsets";
                throw inTensor(file, name, "has no %s", missing);
            }
            if (offsets.size() != 2) {
                throw inTensor(file, name, "has %d data_offsets, not 2", offsets.size());
            }
            return new TensorEntry(name, dtype, shape, offsets.get(0), offsets.get(1));
        }

        private <T> T once(String name, String key, @Nullable T before, T value) throws CheckpointException {
            if (before != null) {
                throw inTensor(file, name, "has %s twice", key);
            }
            return value;
        }

        private DType dtype(String name, @Nullable JsonToken token) throws IOException {
            String dtype = token == JsonToken.VALUE_STRING ? reader.string() : "";
            try {
                return DType.valueOf(dtype);
            } catch (IllegalArgumentException unknown) {
                throw inTensor(file, name, "has an unknown dtype %s", quoted(dtype));
            }
        }

        private List<Long> numbers(String name, String key, @Nullable JsonToken token) throws IOException {
            if (token != JsonToken.START_ARRAY) {
                throw inTensor(file, name, "has a %s that is not a list", key);
            }
            List<Long> numbers = new ArrayList<>(4);
            for (JsonToken item = reader.next(); item != JsonToken.END_ARRAY; item = reader.next()) {
                if (item != JsonToken.VALUE_NUMBER_INT) {
                    throw inTensor(file, name, "has a %s with something other than integers", key);
                }
                Long number = reader.integer();
                if (number == null || number < 0) {
                    throw inTensor(
                            file,
                            name,
                            "has a %s with a number that %s",
                            key,
                            number == null ? "overflows" : "is negative");
                }
                if (numbers.size() == MAX_RANK) {
                    throw inTensor(file, name, "has a %s of more than %d numbers", key, MAX_RANK);
                }
                numbers.add(number);
            }
            return numbers;
        }
    }
}
