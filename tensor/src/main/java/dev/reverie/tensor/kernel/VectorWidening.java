package dev.reverie.tensor.kernel;

import static jdk.incubator.vector.VectorOperators.B2I;
import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.NE;
import static jdk.incubator.vector.VectorOperators.S2I;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The whole vectors of {@link Widening}; each method returns the number of elements done.
 *
 * <p>The bits of a short number are moved to where a float32 has them; a product with a power of two mends the
 * exponent's bias, and is exact for subnormal numbers too. Bytes are done at 8 and 16 lanes: no vector has 4 of them.
 */
final class VectorWidening {
    private static final VectorSpecies<Float> S = Species.FLOAT;
    private static final int L = Lanes.COUNT;
    private static final VectorSpecies<Integer> INT = VectorSpecies.of(int.class, S.vectorShape());
    private static final VectorSpecies<Short> HALF =
            L == 16 ? ShortVector.SPECIES_256 : L == 8 ? ShortVector.SPECIES_128 : ShortVector.SPECIES_64;
    private static final VectorSpecies<Byte> QUARTER = L == 16 ? ByteVector.SPECIES_128 : ByteVector.SPECIES_64;
    private static final int SIGN = 0x80000000;
    private static final int INFINITY = 0x7f800000;

    private VectorWidening() {}

    static int bf16(int n, short[] codes, int from, float[] y, int to) {
        int whole = S.loopBound(n);
        for (int i = 0; i < whole; i += L) {
            bf16(codes, from + i).intoArray(y, to + i);
        }
        return whole;
    }

    static FloatVector bf16(short[] codes, int at) {
        return signed(codes, at).lanewise(LSHL, 16).reinterpretAsFloats();
    }

    /** Weights have neither infinities nor NaN: those are looked for, and given their exponent only where there are any. */
    static int f16(int n, short[] codes, int from, float[] y, int to) {
        int whole = S.loopBound(n);
        if (!finite(whole, codes, from, y, to)) {
            for (int i = 0; i < whole; i += L) {
                half(signed(codes, from + i), 13).intoArray(y, to + i);
            }
        }
        return whole;
    }

    /** The same for finite numbers; false where there was one that is not. */
    private static boolean finite(int n, short[] codes, int from, float[] y, int to) {
        IntVector carries = IntVector.zero(INT);
        for (int i = 0; i < n; i += L) {
            IntVector bits = signed(codes, from + i).lanewise(LSHL, 13).and(~(SIGN >> 3) | SIGN);
            carries = carries.or(bits.add(1 << 23)); // from an exponent of five ones into the bit above
            bits.reinterpretAsFloats().mul(0x1p112f).intoArray(y, to + i);
        }
        return !carries.and(1 << 28).compare(NE, 0).anyTrue();
    }

    /** A sign, 5 bits of exponent biased by 15, and a mantissa, which are to go {@code shift} up. */
    private static FloatVector half(IntVector code, int shift) {
        IntVector magnitude = code.lanewise(LSHL, shift).and(~(SIGN >> 3));
        IntVector scaled = magnitude.reinterpretAsFloats().mul(0x1p112f).reinterpretAsInts();
        return scaled.blend(magnitude.or(INFINITY), magnitude.compare(GE, 31 << 23))
                .or(code.and(SIGN))
                .reinterpretAsFloats();
    }

    static int e4m3(int n, byte[] codes, int from, float[] y, int to) {
        int whole = wholeBytes(n);
        for (int i = 0; i < whole; i += L) {
            IntVector code = signed(codes, from + i);
            IntVector magnitude = code.and(0x7f);
            IntVector scaled = magnitude
                    .lanewise(LSHL, 20)
                    .reinterpretAsFloats()
                    .mul(0x1p120f)
                    .reinterpretAsInts();
            scaled.blend(INFINITY | 1 << 22, magnitude.compare(GE, 0x7f))
                    .or(code.and(SIGN))
                    .reinterpretAsFloats()
                    .intoArray(y, to + i);
        }
        return whole;
    }

    static int e5m2(int n, byte[] codes, int from, float[] y, int to) {
        int whole = wholeBytes(n);
        for (int i = 0; i < whole; i += L) {
            half(signed(codes, from + i), 21).intoArray(y, to + i);
        }
        return whole;
    }

    static int i8(int n, byte[] codes, int from, float[] y, int to) {
        int whole = wholeBytes(n);
        for (int i = 0; i < whole; i += L) {
            ((FloatVector) signed(codes, from + i).convert(I2F, 0)).intoArray(y, to + i);
        }
        return whole;
    }

    private static int wholeBytes(int n) {
        return L == 4 ? 0 : S.loopBound(n);
    }

    private static IntVector signed(short[] codes, int at) {
        return (IntVector) ShortVector.fromArray(HALF, codes, at).convertShape(S2I, INT, 0);
    }

    private static IntVector signed(byte[] codes, int at) {
        return (IntVector) ByteVector.fromArray(QUARTER, codes, at).convertShape(B2I, INT, 0);
    }
}
