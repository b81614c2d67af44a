package dev.reverie.tensor.kernel;

import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.MAX;
import static jdk.incubator.vector.VectorOperators.XOR;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The parts of {@link ScalarRow} on whole vectors; each returns the number of elements done.
 *
 * <p>Sums run over whole sixteens, one accumulator after the other: vectors of 8 lanes pass twice over the row, which
 * is in the L1 cache, and each lane adds what it adds at 16 lanes.
 */
final class VectorRow {
    private static final VectorSpecies<Float> S = Species.FLOAT;
    private static final int LANES = S.length();
    private static final int MAGNITUDE = 0x7fffffff;

    private VectorRow() {}

    /**
     * The largest of a row of whole sixteens; NaN counts for nothing. Two chains, where a sixteen is two vectors. The
     * lanes of a vector of floats are slow to reduce, as {@code max} orders zeros and NaN; those of one of integers are
     * not, and have the same order once the bits of negative numbers but the sign are turned.
     */
    static float max(int n, float[] x, int xo) {
        FloatVector max = VectorMath.splat(Float.NEGATIVE_INFINITY);
        FloatVector second = max;
        for (int i = 0; i < n; i += Math.min(16, 2 * LANES)) {
            FloatVector v = load(x, xo + i);
            max = max.blend(v, v.compare(GT, max));
            if (LANES < 16) {
                v = load(x, xo + i + LANES);
                second = second.blend(v, v.compare(GT, second));
            }
        }
        IntVector bits = max.blend(second, second.compare(GT, max)).reinterpretAsInts();
        int largest = bits.lanewise(XOR, bits.lanewise(ASHR, 31).and(MAGNITUDE)).reduceLanes(MAX);
        return Float.intBitsToFloat(largest ^ (largest >> 31 & MAGNITUDE));
    }

    /** Of a row of whole sixteens. */
    static void weights(int n, float scale, float top, float[] x, int xo, float[] y, int yo, float[] partial, int to) {
        FloatVector s = VectorMath.splat(scale);
        FloatVector t = VectorMath.splat(-top);
        for (int lane = 0; lane < 16; lane += LANES) {
            FloatVector sum = FloatVector.zero(S);
            for (int i = lane; i < n; i += 16) {
                FloatVector e = VectorMath.weight(load(x, xo + i).fma(s, t));
                e.intoArray(y, yo + i);
                sum = sum.add(e);
            }
            sum.intoArray(partial, to + lane);
        }
    }

    static int sum(int n, float[] x, int xo, float[] partial, int to) {
        int whole = n & ~15;
        for (int lane = 0; lane < 16; lane += LANES) {
            FloatVector sum = FloatVector.zero(S);
            for (int i = lane; i < whole; i += 16) {
                sum = sum.add(load(x, xo + i));
            }
            sum.intoArray(partial, to + lane);
        }
        return whole;
    }

    static int centredSums(int n, float centre, float[] x, int xo, float[] partial, int to) {
        int whole = n & ~15;
        for (int lane = 0; lane < 16; lane += LANES) {
            FloatVector sum = FloatVector.zero(S);
            FloatVector squares = FloatVector.zero(S);
            for (int i = lane; i < whole; i += 16) {
                FloatVector d = load(x, xo + i).sub(centre);
                sum = sum.add(d);
                squares = d.fma(d, squares);
            }
            sum.intoArray(partial, to + lane);
            squares.intoArray(partial, to + 16 + lane);
        }
        return whole;
    }

    static int normalize(int n, float centre, float scale, float shift, float[] x, int xo, float[] y, int yo) {
        int whole = S.loopBound(n);
        FloatVector s = VectorMath.splat(scale);
        FloatVector t = VectorMath.splat(shift);
        for (int i = 0; i < whole; i += LANES) {
            load(x, xo + i).sub(centre).fma(s, t).intoArray(y, yo + i);
        }
        return whole;
    }

    static int scaleAndAdd(int n, float factor, float[] x, int xo, float[] y, int yo) {
        int whole = S.loopBound(n);
        FloatVector f = VectorMath.splat(factor);
        for (int i = 0; i < whole; i += LANES) {
            load(y, yo + i).fma(f, load(x, xo + i)).intoArray(y, yo + i);
        }
        return whole;
    }

    static int normalize(
            int n,
            float centre,
            float scale,
            float shift,
            float[] x,
            int xo,
            float[] weight,
            int wo,
            float[] bias,
            int bo,
            float[] y,
            int yo) {
        int whole = S.loopBound(n);
        FloatVector s = VectorMath.splat(scale);
        FloatVector t = VectorMath.splat(shift);
        for (int i = 0; i < whole; i += LANES) {
            load(x, xo + i)
                    .sub(centre)
                    .fma(s, t)
                    .fma(load(weight, wo + i), load(bias, bo + i))
                    .intoArray(y, yo + i);
        }
        return whole;
    }

    static int scale(int n, float factor, float[] x, int xo, float[] weight, int wo, float[] y, int yo) {
        int whole = S.loopBound(n);
        for (int i = 0; i < whole; i += LANES) {
            load(x, xo + i).mul(factor).mul(load(weight, wo + i)).intoArray(y, yo + i);
        }
        return whole;
    }

    private static FloatVector load(float[] x, int at) {
        return FloatVector.fromArray(S, x, at);
    }
}
