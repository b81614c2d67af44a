package dev.reverie.tensor.kernel;

/**
 * Numbers of 8 and 16 bits as float32, which holds each of them exactly: so the vector twin cannot but agree, up to the
 * payload of a NaN.
 */
public final class Widening {
    private static final float[] E4M3 = new float[256];

    static {
        for (int code = 0; code < 256; code++) {
            E4M3[code] = e4m3ToFloat(code);
        }
    }

    private Widening() {}

    /** IEEE half precision. */
    public static void f16(int n, short[] codes, int from, float[] y, int to) {
        if (Lanes.COUNT >= 8) {
            f16ByOneInstruction(n, codes, from, y, to);
            return;
        }
        int done = Lanes.VECTOR ? VectorWidening.f16(n, codes, from, y, to) : 0;
        for (int i = done; i < n; i++) {
            y[to + i] = Float.float16ToFloat(codes[from + i]);
        }
    }

    /**
     * A plain loop, of which the compiler makes vectors of the one instruction (F16C) that every CPU with AVX2 has. It
     * takes a third of the time of {@link VectorWidening}, which must compare by masks, with 8 lanes, three quarters with
     * 16. A method of its own: in a loop that did the tails of vectors as well, it took as long as without vectors.
     */
    private static void f16ByOneInstruction(int n, short[] codes, int from, float[] y, int to) {
        for (int i = 0; i < n; i++) {
            y[to + i] = Float.float16ToFloat(codes[from + i]);
        }
    }

    /** The upper half of a float32. */
    public static void bf16(int n, short[] codes, int from, float[] y, int to) {
        int done = Lanes.VECTOR ? VectorWidening.bf16(n, codes, from, y, to) : 0;
        for (int i = done; i < n; i++) {
            y[to + i] = Float.intBitsToFloat(codes[from + i] << 16);
        }
    }

    /** Sign, 4 bits of exponent biased by 7, 3 of mantissa; no infinities, NaN is all ones (arXiv 2209.05433). */
    public static void e4m3(int n, byte[] codes, int from, float[] y, int to) {
        int done = Lanes.VECTOR ? VectorWidening.e4m3(n, codes, from, y, to) : 0;
        for (int i = done; i < n; i++) {
            y[to + i] = E4M3[codes[from + i] & 0xff];
        }
    }

    /** The upper half of a float16. */
    public static void e5m2(int n, byte[] codes, int from, float[] y, int to) {
        int done = Lanes.VECTOR ? VectorWidening.e5m2(n, codes, from, y, to) : 0;
        for (int i = done; i < n; i++) {
            y[to + i] = Float.float16ToFloat((short) (codes[from + i] << 8));
        }
    }

    /** Integers from -128 to 127. */
    public static void i8(int n, byte[] codes, int from, float[] y, int to) {
        int done = Lanes.VECTOR ? VectorWidening.i8(n, codes, from, y, to) : 0;
        for (int i = done; i < n; i++) {
            y[to + i] = codes[from + i];
        }
    }

    private static float e4m3ToFloat(int code) {
        int exponent = code >> 3 & 15;
        int mantissa = code & 7;
        if ((code & 0x7f) == 0x7f) {
            return Float.NaN;
        }
        float magnitude = exponent == 0 ? Math.scalb((float) mantissa, -9) : Math.scalb(8f + mantissa, exponent - 10);
        return (code & 0x80) == 0 ? magnitude : -magnitude;
    }
}
