package dev.reverie.tensor.io;

import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Safetensors files made by hand, broken ones among them. */
final class SafetensorsBytes {
    static final String NAME = "fox.safetensors";

    private SafetensorsBytes() {}

    /** A file of this header and so many bytes of data, 0, 1, 2 .. */
    static byte[] file(String header, int dataBytes) {
        return file(header.getBytes(StandardCharsets.UTF_8), dataBytes);
    }

    static byte[] file(byte[] header, int dataBytes) {
        byte[] data = new byte[dataBytes];
        for (int i = 0; i < dataBytes; i++) {
            data[i] = (byte) i;
        }
        return file(header.length, header, data);
    }

    /** A file whose first 8 bytes say {@code length}, whatever the header's length is. */
    static byte[] file(long length, byte[] header, byte[] data) {
        ByteBuffer file = ByteBuffer.allocate(8 + header.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
        return file.putLong(length).put(header).put(data).array();
    }

    /** A member of the header. */
    static String entry(String name, String dtype, String shape, long begin, long end) {
        String offsets = begin + "," + end;
        return '"' + name + "\":{\"dtype\":\"" + dtype + "\",\"shape\":" + shape + ",\"data_offsets\":[" + offsets
                + "]}";
    }

    static Safetensors open(byte[] file) throws IOException {
        return Safetensors.of(NAME, MemorySegment.ofArray(file));
    }

    static Safetensors open(String header, int dataBytes) throws IOException {
        return open(file(header, dataBytes));
    }

    /** The message with which a file is refused; it must name the file. */
    static String refusal(byte[] file) {
        String message = String.valueOf(
                assertThrows(CheckpointException.class, () -> open(file)).getMessage());
        if (!message.startsWith(NAME + ": ")) {
            throw new AssertionError("the message does not name the file: " + message);
        }
        return message;
    }

    static String refusal(String header, int dataBytes) {
        return refusal(file(header, dataBytes));
    }
}
