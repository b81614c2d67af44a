package dev.reverie.tensor.io;

import static dev.reverie.tensor.io.CheckpointException.inFile;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * The bytes of a pickle, as opcodes and their arguments. A pickle that ends too early is a {@link
 * BufferUnderflowException} or a fault.
 */
final class PickleInput {
    private final String file;
    private final ByteBuffer in;

    PickleInput(String file, byte[] pickle) {
        this.file = file;
        this.in = ByteBuffer.wrap(pickle).order(ByteOrder.LITTLE_ENDIAN);
    }

    boolean hasMore() {
        return in.hasRemaining();
    }

    /** One byte, 0 to 255. */
    int uint8() {
        return in.get() & 0xff;
    }

    /** Two bytes, 0 to 65,535. */
    int uint16() {
        return in.getShort() & 0xffff;
    }

    int int32() {
        return in.getInt();
    }

    long int64() {
        return in.getLong();
    }

    /** Eight bytes, the only number whose highest byte comes first. */
    double float64() {
        return Double.longBitsToDouble(Long.reverseBytes(in.getLong()));
    }

    /** An integer of that many bytes, at most 8, in two's complement. */
    long integer(int length) throws CheckpointException {
        byte[] bytes = bytes(length);
        if (length > Long.BYTES) {
            throw fault("has an integer of more than 64 bits");
        }
        long value = length == 0 ? 0 : bytes[length - 1];
        for (int i = length - 2; i >= 0; i--) {
            value = value << 8 | (bytes[i] & 0xff);
        }
        return value;
    }

    /** That many bytes of UTF-8. */
    String text(int length) throws CheckpointException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes(length)))
                    .toString();
        } catch (CharacterCodingException e) {
            throw fault("has a string that is not UTF-8");
        }
    }

    /** UTF-8 up to the end of the line. */
    String line() throws CheckpointException {
        int start = in.position();
        while (in.get() != '\n') {
            // up to the end of the line
        }
        int length = in.position() - 1 - start;
        in.position(start);
        String line = text(length);
        in.get();
        return line;
    }

    private byte[] bytes(int count) throws CheckpointException {
        if (count < 0 || count > in.remaining()) {
            throw fault("ends in the middle");
        }
        byte[] bytes = new byte[count];
        in.get(bytes);
        return bytes;
    }

    /** A fault at the current place. */
    CheckpointException fault(String rule) {
        return inFile(file, "its data.pkl %s (byte %,d)", rule, in.position());
    }
}
