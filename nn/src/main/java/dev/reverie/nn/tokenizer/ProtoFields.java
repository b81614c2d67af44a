package dev.reverie.nn.tokenizer;

import dev.reverie.tensor.io.CheckpointException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Fields of a protocol buffer one after the other (protobuf.dev, "Encoding"); those not asked for are stepped over. */
final class ProtoFields {
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int BYTES = 2;
    private static final int FIXED32 = 5;

    private final String file;
    private final ByteBuffer in;
    private int number;
    private int wireType;
    private long value;
    private ByteBuffer content = ByteBuffer.allocate(0);

    /** @param file named in messages */
    ProtoFields(String file, byte[] bytes) {
        this(file, ByteBuffer.wrap(bytes));
    }

    private ProtoFields(String file, ByteBuffer in) {
        this.file = file;
        this.in = in.order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Steps to the next field; false at the end. */
    boolean next() throws CheckpointException {
        if (!in.hasRemaining()) {
            return false;
        }
        long tag = readVarint();
        number = (int) (tag >>> 3);
        wireType = (int) (tag & 7);
        switch (wireType) {
            case VARINT -> value = readVarint();
            case FIXED64 -> value = slice(8).getLong();
            case FIXED32 -> value = slice(4).getInt();
            case BYTES -> content = slice(readVarint());
            default -> throw broken();
        }
        return true;
    }

    int number() {
        return number;
    }

    long varint() throws CheckpointException {
        require(VARINT);
        return value;
    }

    float fixed32() throws CheckpointException {
        require(FIXED32);
        return Float.intBitsToFloat((int) value);
    }

    byte[] bytes() throws CheckpointException {
        require(BYTES);
        byte[] bytes = new byte[content.remaining()];
        content.get(bytes);
        return bytes;
    }

    ProtoFields message() throws CheckpointException {
        require(BYTES);
        return new ProtoFields(file, content);
    }

    private long readVarint() throws CheckpointException {
        long bits = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            byte b = slice(1).get();
            bits |= (long) (b & 0x7F) << shift;
            if (b >= 0) {
                return bits;
            }
        }
        throw broken();
    }

    private ByteBuffer slice(long length) throws CheckpointException {
        if (length < 0 || length > in.remaining()) {
            throw broken();
        }
        ByteBuffer slice = in.slice(in.position(), (int) length).order(ByteOrder.LITTLE_ENDIAN);
        in.position(in.position() + (int) length);
        return slice;
    }

    private void require(int wanted) throws CheckpointException {
        if (wireType != wanted) {
            throw broken();
        }
    }

    private CheckpointException broken() {
        return CheckpointException.inFile(file, "is not a SentencePiece model, or damaged at byte %,d", in.position());
    }
}
