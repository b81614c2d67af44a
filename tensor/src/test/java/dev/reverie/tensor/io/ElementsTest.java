package dev.reverie.tensor.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.reverie.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

/** Case 22: all codes of the short types, against the definition of a floating-point number. */
class ElementsTest {
    private static float[] converted(DType type, ByteBuffer codes) {
        float[] values = new float[codes.capacity() * 8 / type.bits()];
        Elements.toFloats(type, MemorySegment.ofBuffer(codes.clear()), 0, values, 0, values.length);
        return values;
    }

    private static ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static ByteBuffer allShorts() {
        ByteBuffer codes = buffer(2 << 16);
        for (int code = 0; code < 1 << 16; code++) {
            codes.putShort(2 * code, (short) code);
        }
        return codes;
    }

    private static ByteBuffer allBytes() {
        ByteBuffer codes = buffer(256);
        for (int code = 0; code < 256; code++) {
            codes.put(code, (byte) code);
        }
        return codes;
    }

    /**
     * Value of a code with a sign, exponent and mantissa: {@code (-1)^s m 2^(e - bias)}; the largest exponent is for
     * infinities and NaN where {@code ieee}.
     */
    private static double value(int code, int exponentBits, int mantissaBits, boolean ieee) {
        int exponent = (code >> mantissaBits) & ((1 << exponentBits) - 1);
        int mantissa = code & ((1 << mantissaBits) - 1);
        double sign = code >> (exponentBits + mantissaBits) == 0 ? 1 : -1;
        int bias = (1 << (exponentBits - 1)) - 1;
        double fraction = mantissa / Math.pow(2, mantissaBits);
        if (ieee && exponent == (1 << exponentBits) - 1) {
            return mantissa == 0 ? sign * Double.POSITIVE_INFINITY : Double.NaN;
        }
        return exponent == 0
                ? sign * fraction * Math.pow(2, 1 - bias)
                : sign * (1 + fraction) * Math.pow(2, exponent - bias);
    }

    private static void assertSame(double expected, float actual, int code) {
        if (Double.isNaN(expected)) {
            assertEquals(Float.NaN, actual, () -> "code " + code);
        } else {
            assertEquals(
                    Float.floatToRawIntBits((float) expected), Float.floatToRawIntBits(actual), () -> "code " + code);
        }
    }

    @Test
    void f16() {
        float[] values = converted(DType.F16, allShorts());
        for (int code = 0; code < values.length; code++) {
            assertSame(value(code, 5, 10, true), values[code], code);
        }
    }

    @Test
    void bf16() {
        float[] values = converted(DType.BF16, allShorts());
        for (int code = 0; code < values.length; code++) {
            assertSame(value(code, 8, 7, true), values[code], code);
        }
    }

    @Test
    void f8e5m2() {
        float[] values = converted(DType.F8_E5M2, allBytes());
        for (int code = 0; code < 256; code++) {
            assertSame(value(code, 5, 2, true), values[code], code);
        }
    }

    @Test
    void f8e4m3() {
        float[] values = converted(DType.F8_E4M3, allBytes());
        for (int code = 0; code < 256; code++) {
            assertSame((code & 0x7f) == 0x7f ? Double.NaN : value(code, 4, 3, false), values[code], code);
        }
        assertEquals(448f, values[0x7e]);
    }

    @Test
    void smallIntegers() {
        float[] i8 = converted(DType.I8, allBytes());
        float[] u8 = converted(DType.U8, allBytes());
        float[] bool = converted(DType.BOOL, allBytes());
        for (int code = 0; code < 256; code++) {
            assertEquals(code < 128 ? code : code - 256, i8[code]);
            assertEquals(code, u8[code]);
            assertEquals(code == 0 ? 0 : 1, bool[code]);
        }
        float[] i16 = converted(DType.I16, allShorts());
        for (int code = 0; code < i16.length; code++) {
            assertEquals(code < 32768 ? code : code - 65536, i16[code]);
        }
    }

    @Test
    void wideTypes() {
        ByteBuffer floats = buffer(12).putInt(0x7fc00001).putFloat(-0f).putFloat(Float.MIN_VALUE);
        float[] values = converted(DType.F32, floats);
        assertEquals(0x7fc00001, Float.floatToRawIntBits(values[0]));
        assertEquals(0x80000000, Float.floatToRawIntBits(values[1]));
        assertEquals(Float.MIN_VALUE, values[2]);
        assertArrayEquals(
                new float[] {0.1f, Float.POSITIVE_INFINITY},
                converted(DType.F64, buffer(16).putDouble(0.1).putDouble(1e300)));
        assertArrayEquals(
                new float[] {-3, Integer.MIN_VALUE},
                converted(DType.I32, buffer(8).putInt(-3).putInt(1 << 31)));
        assertArrayEquals(
                new float[] {16777216, -1},
                converted(DType.I64, buffer(16).putLong(16777217).putLong(-1)));
    }

    @Test
    void longsKeepAllBits() {
        long[] longs = new long[2];
        ByteBuffer codes = buffer(16).putLong(Long.MIN_VALUE + 1).putLong(16777217);
        Elements.toLongs(DType.I64, MemorySegment.ofBuffer(codes.clear()), 0, longs, 0, 2);
        assertArrayEquals(new long[] {Long.MIN_VALUE + 1, 16777217}, longs);
        Elements.toLongs(
                DType.I32, MemorySegment.ofBuffer(buffer(8).putInt(-7).putInt(9).clear()), 0, longs, 0, 2);
        assertArrayEquals(new long[] {-7, 9}, longs);
    }

    @Test
    void someTypesHaveNoConversion() {
        for (DType type : new DType[] {DType.F4, DType.F6_E2M3, DType.F6_E3M2, DType.F8_E8M0, DType.C64, DType.U64}) {
            assertFalse(Elements.convertible(type));
        }
    }

    /** More elements than are converted at a time, at an odd byte. */
    @Test
    void manyChunks() {
        int count = 3 * 8192 + 5;
        byte[] bytes = new byte[2 * count + 1];
        ByteBuffer codes = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) {
            codes.putShort(1 + 2 * i, (short) i);
        }
        float[] values = new float[count + 2];
        Elements.toFloats(DType.I16, MemorySegment.ofArray(bytes), 1, values, 1, count);
        for (int i = 0; i < count; i++) {
            assertEquals(i, values[i + 1]);
        }
        assertEquals(0, values[0]);
        assertEquals(0, values[count + 1]);
    }
}
