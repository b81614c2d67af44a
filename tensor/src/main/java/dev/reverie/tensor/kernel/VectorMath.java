package dev.reverie.tensor.kernel;

import static dev.reverie.tensor.kernel.FloatMath.A0;
import static dev.reverie.tensor.kernel.FloatMath.A1;
import static dev.reverie.tensor.kernel.FloatMath.A2;
import static dev.reverie.tensor.kernel.FloatMath.A3;
import static dev.reverie.tensor.kernel.FloatMath.A4;
import static dev.reverie.tensor.kernel.FloatMath.A5;
import static dev.reverie.tensor.kernel.FloatMath.A6;
import static dev.reverie.tensor.kernel.FloatMath.A7;
import static dev.reverie.tensor.kernel.FloatMath.B1;
import static dev.reverie.tensor.kernel.FloatMath.B2;
import static dev.reverie.tensor.kernel.FloatMath.B3;
import static dev.reverie.tensor.kernel.FloatMath.B4;
import static dev.reverie.tensor.kernel.FloatMath.B5;
import static dev.reverie.tensor.kernel.FloatMath.E0;
import static dev.reverie.tensor.kernel.FloatMath.E1;
import static dev.reverie.tensor.kernel.FloatMath.E2;
import static dev.reverie.tensor.kernel.FloatMath.E3;
import static dev.reverie.tensor.kernel.FloatMath.E4;
import static dev.reverie.tensor.kernel.FloatMath.EXPM1_MIN;
import static dev.reverie.tensor.kernel.FloatMath.EXP_MAX;
import static dev.reverie.tensor.kernel.FloatMath.EXP_MIN;
import static dev.reverie.tensor.kernel.FloatMath.L0;
import static dev.reverie.tensor.kernel.FloatMath.L1;
import static dev.reverie.tensor.kernel.FloatMath.L2;
import static dev.reverie.tensor.kernel.FloatMath.L3;
import static dev.reverie.tensor.kernel.FloatMath.L4;
import static dev.reverie.tensor.kernel.FloatMath.L5;
import static dev.reverie.tensor.kernel.FloatMath.L6;
import static dev.reverie.tensor.kernel.FloatMath.L7;
import static dev.reverie.tensor.kernel.FloatMath.LN2_HIGH;
import static dev.reverie.tensor.kernel.FloatMath.LN2_LOW;
import static dev.reverie.tensor.kernel.FloatMath.LOG2_E;
import static dev.reverie.tensor.kernel.FloatMath.N1;
import static dev.reverie.tensor.kernel.FloatMath.N2;
import static dev.reverie.tensor.kernel.FloatMath.N3;
import static dev.reverie.tensor.kernel.FloatMath.N4;
import static dev.reverie.tensor.kernel.FloatMath.N5;
import static dev.reverie.tensor.kernel.FloatMath.N6;
import static dev.reverie.tensor.kernel.FloatMath.N7;
import static dev.reverie.tensor.kernel.FloatMath.N8;
import static dev.reverie.tensor.kernel.FloatMath.NORMAL_MIN_BITS;
import static dev.reverie.tensor.kernel.FloatMath.PI_HIGH;
import static dev.reverie.tensor.kernel.FloatMath.PI_INVERSE;
import static dev.reverie.tensor.kernel.FloatMath.PI_LOW;
import static dev.reverie.tensor.kernel.FloatMath.PI_MIDDLE;
import static dev.reverie.tensor.kernel.FloatMath.REDUCIBLE;
import static dev.reverie.tensor.kernel.FloatMath.ROUND;
import static dev.reverie.tensor.kernel.FloatMath.ROUND_BIASED;
import static dev.reverie.tensor.kernel.FloatMath.ROUND_BITS;
import static dev.reverie.tensor.kernel.FloatMath.S0;
import static dev.reverie.tensor.kernel.FloatMath.S1;
import static dev.reverie.tensor.kernel.FloatMath.S2;
import static dev.reverie.tensor.kernel.FloatMath.S3;
import static dev.reverie.tensor.kernel.FloatMath.SIGMOID_MAX;
import static dev.reverie.tensor.kernel.FloatMath.SIGMOID_MIN;
import static dev.reverie.tensor.kernel.FloatMath.SQRT_HALF_BITS;
import static dev.reverie.tensor.kernel.FloatMath.U0;
import static dev.reverie.tensor.kernel.FloatMath.U1;
import static dev.reverie.tensor.kernel.FloatMath.U2;
import static dev.reverie.tensor.kernel.FloatMath.U3;
import static dev.reverie.tensor.kernel.FloatMath.U4;
import static dev.reverie.tensor.kernel.FloatMath.U5;
import static dev.reverie.tensor.kernel.FloatMath.U6;
import static dev.reverie.tensor.kernel.FloatMath.U7;
import static dev.reverie.tensor.kernel.FloatMath.WEIGHT_MIN;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LT;
import static jdk.incubator.vector.VectorOperators.MIN;
import static jdk.incubator.vector.VectorOperators.OR;
import static jdk.incubator.vector.VectorOperators.XOR;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/**
 * The functions of {@link FloatMath} on vectors; small methods that inline into the loops that call them.
 *
 * <p>C2 stops inlining at 18,000 nodes (NodeCountInliningCutoff), which is about eighty vector operations in one loop;
 * the next call boxes, and the loop is five times slower. So a loop has room for two of these functions, not three.
 */
final class VectorMath {
    private static final VectorSpecies<Float> S = Species.FLOAT;
    private static final int SIGN = 0x80000000;

    private VectorMath() {}

    static FloatVector exp(FloatVector x) {
        return expUpTo89(above(EXP_MAX, x));
    }

    /** The same for x that is known not to be above {@link FloatMath#EXP_MAX}. */
    static FloatVector expUpTo89(FloatVector x) {
        FloatVector c = below(EXP_MIN, x);
        FloatVector shifted = fma(c, LOG2_E, ROUND);
        FloatVector p = expm1Reduced(c, shifted.sub(ROUND)).add(1f);
        IntVector biased = shifted.reinterpretAsInts().sub(ROUND_BITS - 254);
        IntVector half = biased.lanewise(ASHR, 1);
        return p.mul(half.lanewise(LSHL, 23).reinterpretAsFloats())
                .mul(biased.sub(half).lanewise(LSHL, 23).reinterpretAsFloats());
    }

    static FloatVector expm1(FloatVector x) {
        FloatVector c = below(EXPM1_MIN, x);
        FloatVector shifted = fma(c, LOG2_E, ROUND);
        FloatVector p = expm1Reduced(c, shifted.sub(ROUND));
        IntVector power = shifted.reinterpretAsInts().sub(ROUND_BITS - 127).lanewise(LSHL, 23);
        FloatVector scale = power.reinterpretAsFloats();
        return scale.fma(p, scale.sub(1f));
    }

    private static FloatVector expm1Reduced(FloatVector x, FloatVector n) {
        FloatVector r = n.fma(splat(-LN2_LOW), n.fma(splat(-LN2_HIGH), x));
        FloatVector q = fma(splat(E4), r, E3);
        q = fma(q, r, E2);
        q = fma(q, r, E1);
        q = fma(q, r, E0);
        return q.fma(r.mul(r), r);
    }

    static FloatVector sin(FloatVector x) {
        FloatVector a = x.abs();
        if (a.compare(GT, REDUCIBLE).anyTrue()) {
            return eachLane(x, FloatMath::sin);
        }
        FloatVector shifted = fma(a, PI_INVERSE, ROUND);
        IntVector sign = shifted.reinterpretAsInts()
                .lanewise(LSHL, 31)
                .lanewise(XOR, x.reinterpretAsInts().and(SIGN));
        return flip(sinReduced(a, shifted.sub(ROUND)), sign);
    }

    static FloatVector sinSquared(FloatVector x) {
        if (x.abs().compare(GT, REDUCIBLE).anyTrue()) {
            return eachLane(x, FloatMath::sinSquared);
        }
        FloatVector s = sinReduced(x, fma(x, PI_INVERSE, ROUND).sub(ROUND));
        return s.mul(s);
    }

    static FloatVector cos(FloatVector x) {
        FloatVector a = x.abs();
        if (a.compare(GT, REDUCIBLE).anyTrue()) {
            return eachLane(x, FloatMath::cos);
        }
        FloatVector shifted = fma(a, PI_INVERSE, -0.5f).add(ROUND);
        FloatVector s = sinReduced(a, shifted.sub(ROUND).add(0.5f));
        return flip(s, shifted.reinterpretAsInts().not().lanewise(LSHL, 31));
    }

    private static FloatVector sinReduced(FloatVector x, FloatVector n) {
        FloatVector r = n.fma(splat(-PI_LOW), n.fma(splat(-PI_MIDDLE), n.fma(splat(-PI_HIGH), x)));
        FloatVector u = r.mul(r);
        FloatVector q = fma(splat(S3), u, S2);
        q = fma(q, u, S1);
        q = fma(q, u, S0);
        return q.fma(r.mul(u), r);
    }

    static FloatVector atan2(FloatVector y, FloatVector x) {
        FloatVector a = x.abs();
        FloatVector b = y.abs();
        VectorMask<Float> steep = b.compare(GT, a);
        FloatVector longer = a.blend(b, steep);
        FloatVector t = b.blend(a, steep).div(longer.blend(1f, longer.compare(EQ, 0f)));
        FloatVector u = t.mul(t);
        FloatVector q = fma(splat(A7), u, A6);
        q = fma(q, u, A5);
        q = fma(q, u, A4);
        q = fma(q, u, A3);
        q = fma(q, u, A2);
        q = fma(q, u, A1);
        q = fma(q, u, A0);
        FloatVector angle = q.fma(t.mul(u), t);
        angle = angle.blend(splat(PI_HIGH / 2).sub(angle), steep);
        angle = angle.blend(splat(PI_HIGH).sub(angle), x.compare(LT, 0f));
        return copySign(angle, y);
    }

    static FloatVector tanh(FloatVector x) {
        FloatVector a = above(10f, x.abs());
        FloatVector e = expm1(a.add(a));
        return copySign(e.div(e.add(2f)), x);
    }

    static FloatVector timesSigmoid(FloatVector y, FloatVector x) {
        FloatVector m = below(SIGMOID_MIN, above(SIGMOID_MAX, x)).neg();
        FloatVector shifted = fma(m, LOG2_E, ROUND_BIASED);
        FloatVector p = expm1Reduced(m, shifted.sub(ROUND_BIASED)).add(1f);
        return y.div(fma(p, powerOf2(shifted), 1f));
    }

    static FloatVector gelu(FloatVector x) {
        FloatVector b = x.reinterpretAsInts()
                .lanewise(OR, SIGN)
                .lanewise(MIN, NORMAL_MIN_BITS)
                .reinterpretAsFloats();
        FloatVector q = fma(splat(N8), b, N7);
        q = fma(q, b, N6);
        q = fma(q, b, N5);
        q = fma(q, b, N4);
        q = fma(q, b, N3);
        q = fma(q, b, N2);
        q = fma(q, b, N1);
        return b.fma(exp2(fma(q, b, -1f)), positive(x));
    }

    static FloatVector weight(FloatVector x) {
        FloatVector c = below(WEIGHT_MIN, x);
        FloatVector shifted = fma(c, LOG2_E, ROUND_BIASED);
        FloatVector n = shifted.sub(ROUND_BIASED);
        return exp2Reduced(c.fma(splat(LOG2_E), n.neg())).mul(powerOf2(shifted));
    }

    private static FloatVector exp2(FloatVector x) {
        FloatVector shifted = x.add(ROUND_BIASED);
        return exp2Reduced(x.sub(shifted.sub(ROUND_BIASED))).mul(powerOf2(shifted));
    }

    private static FloatVector exp2Reduced(FloatVector r) {
        FloatVector p = fma(splat(B5), r, B4);
        p = fma(p, r, B3);
        p = fma(p, r, B2);
        p = fma(p, r, B1);
        return fma(p, r, 1f);
    }

    /** 2^n of n + {@link FloatMath#ROUND_BIASED}. */
    private static FloatVector powerOf2(FloatVector shifted) {
        return shifted.reinterpretAsInts().lanewise(LSHL, 23).reinterpretAsFloats();
    }

    static FloatVector log(FloatVector x) {
        VectorMask<Float> small = x.compare(LT, Float.MIN_NORMAL);
        IntVector bits = x.blend(x.mul(0x1p23f), small).reinterpretAsInts();
        IntVector k = bits.sub(SQRT_HALF_BITS).lanewise(ASHR, 23);
        FloatVector f = bits.sub(k.lanewise(LSHL, 23)).reinterpretAsFloats().sub(1f);
        FloatVector exponent = toFloat(k).sub(FloatVector.zero(S).blend(23f, small));
        FloatVector y = logReduced(f, exponent);
        y = y.blend(Float.NEGATIVE_INFINITY, x.compare(EQ, 0f));
        y = y.blend(Float.NaN, x.compare(LT, 0f));
        return x.blend(y, x.compare(LT, Float.POSITIVE_INFINITY));
    }

    private static FloatVector logReduced(FloatVector f, FloatVector k) {
        FloatVector q = fma(splat(L7), f, L6);
        q = fma(q, f, L5);
        q = fma(q, f, L4);
        q = fma(q, f, L3);
        q = fma(q, f, L2);
        q = fma(q, f, L1);
        q = fma(q, f, L0);
        FloatVector u = f.mul(f);
        FloatVector tail = k.fma(splat(LN2_LOW), q.fma(f.mul(u), u.mul(-0.5f)));
        return k.fma(splat(LN2_HIGH), f.add(tail));
    }

    static FloatVector softplus(FloatVector x) {
        return positive(x).add(log1pUnit(expUpTo89(x.abs().neg())));
    }

    private static FloatVector log1pUnit(FloatVector f) {
        FloatVector q = fma(splat(U7), f, U6);
        q = fma(q, f, U5);
        q = fma(q, f, U4);
        q = fma(q, f, U3);
        q = fma(q, f, U2);
        q = fma(q, f, U1);
        q = fma(q, f, U0);
        return q.fma(f.mul(f), f);
    }

    static FloatVector tanhSoftplus(FloatVector x) {
        FloatVector e = expUpTo89(above(20f, x));
        FloatVector n = e.mul(e.add(2f));
        return n.div(n.add(2f));
    }

    /** Zero where x is negative, x elsewhere. */
    static FloatVector positive(FloatVector x) {
        return below(0f, x);
    }

    static FloatVector splat(float value) {
        return FloatVector.broadcast(S, value);
    }

    private static FloatVector fma(FloatVector a, FloatVector b, float c) {
        return a.fma(b, splat(c));
    }

    private static FloatVector fma(FloatVector a, float b, float c) {
        return a.fma(splat(b), splat(c));
    }

    /** x, but at most {@code top}; NaN stays. Several times faster than {@code min}, which orders zeros and NaN. */
    private static FloatVector above(float top, FloatVector x) {
        FloatVector t = splat(top);
        return x.blend(t, x.compare(GT, t));
    }

    private static FloatVector below(float bottom, FloatVector x) {
        FloatVector b = splat(bottom);
        return x.blend(b, x.compare(LT, b));
    }

    private static FloatVector flip(FloatVector x, IntVector sign) {
        return x.reinterpretAsInts().lanewise(XOR, sign).reinterpretAsFloats();
    }

    /** {@code x}, which is not negative, with the sign of {@code y}. */
    private static FloatVector copySign(FloatVector x, FloatVector y) {
        return flip(x, y.reinterpretAsInts().and(SIGN));
    }

    private static FloatVector toFloat(IntVector k) {
        return (FloatVector) k.convert(I2F, 0);
    }

    @FunctionalInterface
    private interface Scalar {
        float of(float x);
    }

    /** For the rare vector with a number that the reduction of angles does not reach. */
    private static FloatVector eachLane(FloatVector x, Scalar function) {
        float[] lanes = x.toArray();
        for (int i = 0; i < lanes.length; i++) {
            lanes[i] = function.of(lanes[i]);
        }
        return FloatVector.fromArray(S, lanes, 0);
    }
}
