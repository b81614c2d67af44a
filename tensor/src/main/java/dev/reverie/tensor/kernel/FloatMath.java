package dev.reverie.tensor.kernel;

/**
 * Elementary functions of floats: the specification of {@link VectorMath}, equal to the bit.
 *
 * <p>Each is a reduction to a small interval and a polynomial there, evaluated by Horner's scheme in fused
 * multiply-adds. The coefficients are minimax ones, found by Remez exchange in 40 decimal digits with the relative
 * error as weight, then rounded to float; the interval and the error of the exact polynomial stand beside them.
 */
public final class FloatMath {
    /** 1.5 2^23: adding it rounds to the nearest integer, which then stands in the low bits. */
    static final float ROUND = 0x1.8p23f;

    static final int ROUND_BITS = 0x4B400000;

    /** The same, and the low bits are the exponent's of 2^n, -127 <= n <= 128: zero and infinity at the ends. */
    static final float ROUND_BIASED = ROUND + 127f;

    /** Above it e^x is infinite; 89 / ln 2 still rounds to 128. */
    static final float EXP_MAX = 89f;
    /** Below it e^x rounds to zero. */
    static final float EXP_MIN = -104f;
    /** Below it e^x - 1 rounds to -1. */
    static final float EXPM1_MIN = -30f;
    /** Below it a weight is zero: -88 / ln 2 rounds to -127. */
    static final float WEIGHT_MIN = -88f;
    /** Above it e^-x adds nothing to 1. */
    static final float SIGMOID_MAX = 88f;
    /** Below it e^-x is infinite. */
    static final float SIGMOID_MIN = -89f;

    static final float LOG2_E = 1.442695f;
    /** ln 2 in two parts; a multiple of the first, subtracted in a fused multiply-add, leaves no rounding error. */
    static final float LN2_HIGH = 0.6931472f;

    static final float LN2_LOW = -1.9046542e-9f;

    // e^r = 1 + r + r² (E0 + E1 r + ..), |r| <= ln(2) / 2; 1.3e-8 of e^r - 1
    static final float E0 = 0.49999997f;
    static final float E1 = 0.16666543f;
    static final float E2 = 0.0416672f;
    static final float E3 = 0.00836658f;
    static final float E4 = 0.001388251f;

    static final float PI_INVERSE = 0.31830987f;
    /** Pi in three parts. */
    static final float PI_HIGH = 3.1415927f;

    static final float PI_MIDDLE = -8.742278e-8f;
    static final float PI_LOW = 3.430249e-15f;
    /** Up to here multiples of pi are counted exactly in a float; beyond it the double function takes over. */
    static final float REDUCIBLE = 0x1p18f;

    // sin r = r + r³ (S0 + S1 r² + ..), |r| <= pi / 2; 6.1e-9
    static final float S0 = -0.1666666f;
    static final float S1 = 0.0083330665f;
    static final float S2 = -0.0001980959f;
    static final float S3 = 2.6057508e-6f;

    /** Bits of sqrt(1/2): subtracting them leaves in the exponent the power of two next to a number. */
    static final int SQRT_HALF_BITS = 0x3F3504F3;

    // ln(1 + f) = f - f² / 2 + f³ (L0 + L1 f + ..), sqrt(1/2) <= 1 + f <= sqrt(2); 5.9e-9
    static final float L0 = 0.3333333f;
    static final float L1 = -0.2500082f;
    static final float L2 = 0.20001227f;
    static final float L3 = -0.16623358f;
    static final float L4 = 0.14201748f;
    static final float L5 = -0.13160172f;
    static final float L6 = 0.12761636f;
    static final float L7 = -0.07634587f;

    // ln(1 + f) = f + f² (U0 + U1 f + ..), 0 <= f <= 1; 3.4e-8
    static final float U0 = -0.49999648f;
    static final float U1 = 0.33321324f;
    static final float U2 = -0.24857165f;
    static final float U3 = 0.19153662f;
    static final float U4 = -0.13753816f;
    static final float U5 = 0.07920468f;
    static final float U6 = -0.030065868f;
    static final float U7 = 0.005364841f;

    // log2 of Φ(b), the normal distribution function, = -1 + b (N1 + N2 b + ..), b <= 0; weighted by Φ(b), 8e-9
    static final float N1 = 1.1511052f;
    static final float N2 = -0.4592082f;
    static final float N3 = 0.05249618f;
    static final float N4 = 0.00706342f;
    static final float N5 = 1.3693636e-4f;
    static final float N6 = -1.8618024e-4f;
    static final float N7 = -3.937769e-5f;
    static final float N8 = -2.834913e-6f;

    /** Here the polynomial is -127, and 2^-127 taken for zero; the bits of numbers below it are greater integers. */
    static final int NORMAL_MIN_BITS = Float.floatToRawIntBits(-9.957f);

    // 2^r = 1 + r (B1 + B2 r + ..), |r| <= 1/2; 9.1e-8 of 2^r
    static final float B1 = 0.693147f;
    static final float B2 = 0.24022242f;
    static final float B3 = 0.055507336f;
    static final float B4 = 0.009671513f;
    static final float B5 = 0.0013264727f;

    // atan t = t + t³ (A0 + A1 t² + ..), 0 <= t <= 1; 1.7e-8
    static final float A0 = -0.33333153f;
    static final float A1 = 0.19993773f;
    static final float A2 = -0.14211056f;
    static final float A3 = 0.10666005f;
    static final float A4 = -0.07552216f;
    static final float A5 = 0.043211885f;
    static final float A6 = -0.016367942f;
    static final float A7 = 0.0029206958f;

    private FloatMath() {}

    /** e^x to about one unit in the last place, subnormal results included. */
    public static float exp(float x) {
        x = x > EXP_MAX ? EXP_MAX : x;
        x = x < EXP_MIN ? EXP_MIN : x;
        float shifted = Math.fma(x, LOG2_E, ROUND);
        float p = 1f + expm1Reduced(x, shifted - ROUND);
        // 2^n as two factors: 2^-150 and 2^128 are no floats
        int biased = Float.floatToRawIntBits(shifted) - (ROUND_BITS - 254);
        int half = biased >> 1;
        return p * Float.intBitsToFloat(half << 23) * Float.intBitsToFloat((biased - half) << 23);
    }

    /** e^x - 1 for x up to 88, accurate near zero. */
    static float expm1(float x) {
        x = x < EXPM1_MIN ? EXPM1_MIN : x;
        float shifted = Math.fma(x, LOG2_E, ROUND);
        float p = expm1Reduced(x, shifted - ROUND);
        float scale = Float.intBitsToFloat((Float.floatToRawIntBits(shifted) - (ROUND_BITS - 127)) << 23);
        return Math.fma(scale, p, scale - 1f);
    }

    /** e^(x - n ln 2) - 1. */
    private static float expm1Reduced(float x, float n) {
        float r = Math.fma(n, -LN2_LOW, Math.fma(n, -LN2_HIGH, x));
        float q = Math.fma(E4, r, E3);
        q = Math.fma(q, r, E2);
        q = Math.fma(q, r, E1);
        q = Math.fma(q, r, E0);
        return Math.fma(q, r * r, r);
    }

    /** The sine, to 1e-7 of 1 everywhere. */
    public static float sin(float x) {
        float a = Math.abs(x);
        if (a > REDUCIBLE) {
            return (float) StrictMath.sin(x);
        }
        float shifted = Math.fma(a, PI_INVERSE, ROUND);
        int sign = (Float.floatToRawIntBits(shifted) << 31) ^ (Float.floatToRawIntBits(x) & 0x80000000);
        return Float.intBitsToFloat(Float.floatToRawIntBits(sinReduced(a, shifted - ROUND)) ^ sign);
    }

    /** The square of the sine. */
    public static float sinSquared(float x) {
        if (Math.abs(x) > REDUCIBLE) {
            float s = (float) StrictMath.sin(x);
            return s * s;
        }
        float s = sinReduced(x, Math.fma(x, PI_INVERSE, ROUND) - ROUND);
        return s * s;
    }

    /** The cosine, to 1e-7 of 1 everywhere. */
    public static float cos(float x) {
        float a = Math.abs(x);
        if (a > REDUCIBLE) {
            return (float) StrictMath.cos(x);
        }
        // cos a = -sin(a - pi / 2 - m pi) (-1)^m
        float shifted = Math.fma(a, PI_INVERSE, -0.5f) + ROUND;
        int sign = ~Float.floatToRawIntBits(shifted) << 31;
        float s = sinReduced(a, (shifted - ROUND) + 0.5f);
        return Float.intBitsToFloat(Float.floatToRawIntBits(s) ^ sign);
    }

    /** sin(x - n pi), the sign of n not yet applied. */
    private static float sinReduced(float x, float n) {
        float r = Math.fma(n, -PI_LOW, Math.fma(n, -PI_MIDDLE, Math.fma(n, -PI_HIGH, x)));
        float u = r * r;
        float q = Math.fma(S3, u, S2);
        q = Math.fma(q, u, S1);
        q = Math.fma(q, u, S0);
        return Math.fma(q, r * u, r);
    }

    /** The angle of the point (x, y), finite, from -pi to pi, to 3e-7; the sign of a zero x does not count. */
    public static float atan2(float y, float x) {
        float a = Math.abs(x);
        float b = Math.abs(y);
        boolean steep = b > a;
        float longer = steep ? b : a;
        float t = (steep ? a : b) / (longer == 0f ? 1f : longer);
        float u = t * t;
        float q = Math.fma(A7, u, A6);
        q = Math.fma(q, u, A5);
        q = Math.fma(q, u, A4);
        q = Math.fma(q, u, A3);
        q = Math.fma(q, u, A2);
        q = Math.fma(q, u, A1);
        q = Math.fma(q, u, A0);
        float angle = Math.fma(q, t * u, t);
        angle = steep ? PI_HIGH / 2 - angle : angle;
        angle = x < 0f ? PI_HIGH - angle : angle;
        return Math.copySign(angle, y);
    }

    /** The hyperbolic tangent; accurate near zero. */
    public static float tanh(float x) {
        float a = Math.abs(x);
        a = a > 10f ? 10f : a;
        float e = expm1(a + a);
        return Math.copySign(e / (e + 2f), x);
    }

    /** 1 / (1 + e^-x); zero from -88.4 down. */
    public static float sigmoid(float x) {
        return timesSigmoid(1f, x);
    }

    /** y / (1 + e^-x); e^-x as in {@link #exp}, but its power of two is one factor. */
    static float timesSigmoid(float y, float x) {
        x = x > SIGMOID_MAX ? SIGMOID_MAX : x;
        x = x < SIGMOID_MIN ? SIGMOID_MIN : x;
        float shifted = Math.fma(-x, LOG2_E, ROUND_BIASED);
        float p = 1f + expm1Reduced(-x, shifted - ROUND_BIASED);
        return y / Math.fma(p, powerOf2(shifted), 1f);
    }

    /** x Φ(x), to 1.1e-7 of x; it is x - x Φ(-x) where x is positive, so that nothing cancels. */
    public static float gelu(float x) {
        int bits = Float.floatToRawIntBits(x) | 0x80000000;
        float b = Float.intBitsToFloat(bits > NORMAL_MIN_BITS ? NORMAL_MIN_BITS : bits); // -|x|
        float q = Math.fma(N8, b, N7);
        q = Math.fma(q, b, N6);
        q = Math.fma(q, b, N5);
        q = Math.fma(q, b, N4);
        q = Math.fma(q, b, N3);
        q = Math.fma(q, b, N2);
        q = Math.fma(q, b, N1);
        return Math.fma(b, exp2(Math.fma(q, b, -1f)), x < 0f ? 0f : x);
    }

    /**
     * e^x as a softmax needs it: for x below 88, zero from -87.7 down, to 2e-7 of it at zero and 1.3e-6 at the other end.
     * Where e^x is as small as that, its digits do not count in a sum with 1.
     */
    static float weight(float x) {
        x = x < WEIGHT_MIN ? WEIGHT_MIN : x;
        float shifted = Math.fma(x, LOG2_E, ROUND_BIASED);
        return exp2Reduced(Math.fma(x, LOG2_E, -(shifted - ROUND_BIASED))) * powerOf2(shifted);
    }

    /** 2^x for -127 <= x < 128, to 2e-7 of it; zero where it is below 2^-126. */
    private static float exp2(float x) {
        float shifted = x + ROUND_BIASED;
        return exp2Reduced(x - (shifted - ROUND_BIASED)) * powerOf2(shifted);
    }

    /** 2^r for r within a half of zero. */
    private static float exp2Reduced(float r) {
        float p = Math.fma(B5, r, B4);
        p = Math.fma(p, r, B3);
        p = Math.fma(p, r, B2);
        p = Math.fma(p, r, B1);
        return Math.fma(p, r, 1f);
    }

    /** 2^n of n + {@link #ROUND_BIASED}. */
    private static float powerOf2(float shifted) {
        return Float.intBitsToFloat(Float.floatToRawIntBits(shifted) << 23);
    }

    /** The natural logarithm to about one unit in the last place; subnormal numbers too. */
    public static float log(float x) {
        boolean small = x < Float.MIN_NORMAL;
        int bits = Float.floatToRawIntBits(small ? x * 0x1p23f : x);
        int k = (bits - SQRT_HALF_BITS) >> 23;
        float y = logReduced(Float.intBitsToFloat(bits - (k << 23)) - 1f, (float) k - (small ? 23f : 0f));
        y = x == 0f ? Float.NEGATIVE_INFINITY : y;
        y = x < 0f ? Float.NaN : y;
        return x < Float.POSITIVE_INFINITY ? y : x; // infinity and NaN are their own logarithms
    }

    /** ln((1 + f) 2^k). */
    private static float logReduced(float f, float k) {
        float q = Math.fma(L7, f, L6);
        q = Math.fma(q, f, L5);
        q = Math.fma(q, f, L4);
        q = Math.fma(q, f, L3);
        q = Math.fma(q, f, L2);
        q = Math.fma(q, f, L1);
        q = Math.fma(q, f, L0);
        float u = f * f;
        float tail = Math.fma(k, LN2_LOW, Math.fma(q, f * u, -0.5f * u));
        return Math.fma(k, LN2_HIGH, f + tail);
    }

    /** ln(1 + e^x), without overflow. */
    public static float softplus(float x) {
        return (x < 0f ? 0f : x) + log1pUnit(exp(-Math.abs(x)));
    }

    /** ln(1 + f) for f from 0 to 1. */
    private static float log1pUnit(float f) {
        float q = Math.fma(U7, f, U6);
        q = Math.fma(q, f, U5);
        q = Math.fma(q, f, U4);
        q = Math.fma(q, f, U3);
        q = Math.fma(q, f, U2);
        q = Math.fma(q, f, U1);
        q = Math.fma(q, f, U0);
        return Math.fma(q, f * f, f);
    }

    /** tanh(ln(1 + e^x)) = n / (n + 2) with n = e^x (e^x + 2); 1 in float from 20 on. */
    static float tanhSoftplus(float x) {
        float e = exp(x > 20f ? 20f : x);
        float n = e * (e + 2f);
        return n / (n + 2f);
    }
}
