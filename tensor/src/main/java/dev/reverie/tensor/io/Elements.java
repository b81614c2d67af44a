package dev.reverie.tensor.io;

import dev.reverie.tensor.DType;
import dev.reverie.tensor.kernel.Pool;
import dev.reverie.tensor.kernel.Widening;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Little-endian elements of files as float32.
 *
 * <p>Bytes are copied in bulk to the heap and converted there: a bulk copy from a file that was cut short under its
 * mapping throws, a vector load would end the JVM.
 */
final class Elements {
    /** Elements converted at a time; 2 KB of F16 and their 4 KB stay in the first-level cache. */
    private static final int CHUNK = 1024;

    /** Elements of a piece, where there are many: some microseconds of work for a thread. */
    private static final int PIECE = 64 * CHUNK;

    static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfDouble DOUBLE =
            ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** Each thread's own: a tensor is read in many chunks, a mapped weight again and again. */
    private static final ThreadLocal<short[]> SHORTS = ThreadLocal.withInitial(() -> new short[CHUNK]);

    private static final ThreadLocal<byte[]> BYTES = ThreadLocal.withInitial(() -> new byte[CHUNK]);

    /** Converts {@code count} elements at byte {@code from} of a segment into {@code target[at..]}. */
    private interface Decoder {
        void decode(MemorySegment source, long from, float[] target, int at, int count);
    }

    private Elements() {}

    /** Whether {@link #toFloats} knows the type. */
    static boolean convertible(DType type) {
        return decoder(type) != null;
    }

    /** Converts {@code count} elements that start at byte {@code from} into {@code target[at..]}. */
    static void toFloats(DType type, MemorySegment source, long from, float[] target, int at, int count) {
        Decoder decoder = decoder(type);
        if (decoder == null) {
            throw new IllegalArgumentException("no conversion of " + type);
        }
        int width = type.bits() / 8;
        Pool.run(Math.ceilDiv(count, PIECE), (piece, scratch) -> {
            int first = piece * PIECE;
            int end = first + Math.min(PIECE, count - first);
            for (int done = first; done < end; done += CHUNK) {
                decoder.decode(source, from + (long) done * width, target, at + done, Math.min(CHUNK, end - done));
            }
        });
    }

    /** Copies elements of I64 or I32 into {@code target[at..]}. */
    static void toLongs(DType type, MemorySegment source, long from, long[] target, int at, int count) {
        if (type == DType.I64) {
            MemorySegment.copy(source, LONG, from, target, at, count);
            return;
        }
        int[] ints = new int[count];
        MemorySegment.copy(source, INT, from, ints, 0, count);
        for (int i = 0; i < count; i++) {
            target[at + i] = ints[i];
        }
    }

    private static @Nullable Decoder decoder(DType type) {
        return switch (type) {
            case F32 -> (source, from, target, at, count) -> MemorySegment.copy(source, FLOAT, from, target, at, count);
            case F16 -> Elements::halves;
            case BF16 -> Elements::brainHalves;
            case F64 -> Elements::doubles;
            case F8_E4M3 -> Elements::e4m3;
            case F8_E5M2 -> Elements::e5m2;
            case I8 -> Elements::signedBytes;
            case U8 -> Elements::unsignedBytes;
            case BOOL -> Elements::booleans;
            case I16 -> Elements::shorts;
            case I32 -> Elements::ints;
            case I64 -> Elements::longs;
            case F4, F6_E2M3, F6_E3M2, F8_E8M0, U16, U32, U64, C64 -> null;
        };
    }

    private static void halves(MemorySegment source, long from, float[] target, int at, int count) {
        Widening.f16(count, shortsOf(source, from, count), 0, target, at);
    }

    private static void brainHalves(MemorySegment source, long from, float[] target, int at, int count) {
        Widening.bf16(count, shortsOf(source, from, count), 0, target, at);
    }

    private static void shorts(MemorySegment source, long from, float[] target, int at, int count) {
        short[] codes = shortsOf(source, from, count);
        for (int i = 0; i < count; i++) {
            target[at + i] = codes[i];
        }
    }

    private static void doubles(MemorySegment source, long from, float[] target, int at, int count) {
        double[] codes = new double[count];
        MemorySegment.copy(source, DOUBLE, from, codes, 0, count);
        for (int i = 0; i < count; i++) {
            target[at + i] = (float) codes[i];
        }
    }

    private static void e4m3(MemorySegment source, long from, float[] target, int at, int count) {
        Widening.e4m3(count, bytesOf(source, from, count), 0, target, at);
    }

    private static void e5m2(MemorySegment source, long from, float[] target, int at, int count) {
        Widening.e5m2(count, bytesOf(source, from, count), 0, target, at);
    }

    private static void signedBytes(MemorySegment source, long from, float[] target, int at, int count) {
        Widening.i8(count, bytesOf(source, from, count), 0, target, at);
    }

    private static void unsignedBytes(MemorySegment source, long from, float[] target, int at, int count) {
        byte[] codes = bytesOf(source, from, count);
        for (int i = 0; i < count; i++) {
            target[at + i] = codes[i] & 0xff;
        }
    }

    private static void booleans(MemorySegment source, long from, float[] target, int at, int count) {
        byte[] codes = bytesOf(source, from, count);
        for (int i = 0; i < count; i++) {
            target[at + i] = codes[i] == 0 ? 0f : 1f;
        }
    }

    private static void ints(MemorySegment source, long from, float[] target, int at, int count) {
        int[] codes = new int[count];
        MemorySegment.copy(source, INT, from, codes, 0, count);
        for (int i = 0; i < count; i++) {
            target[at + i] = (float) codes[i];
        }
    }

    private static void longs(MemorySegment source, long from, float[] target, int at, int count) {
        long[] codes = new long[count];
        MemorySegment.copy(source, LONG, from, codes, 0, count);
        for (int i = 0; i < count; i++) {
            target[at + i] = (float) codes[i];
        }
    }

    private static short[] shortsOf(MemorySegment source, long from, int count) {
        short[] codes = SHORTS.get();
        MemorySegment.copy(source, SHORT, from, codes, 0, count);
        return codes;
    }

    private static byte[] bytesOf(MemorySegment source, long from, int count) {
        byte[] codes = BYTES.get();
        MemorySegment.copy(source, ValueLayout.JAVA_BYTE, from, codes, 0, count);
        return codes;
    }
}
