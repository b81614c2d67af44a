package dev.reverie.tensor.kernel;

/** Elementary functions of floats. */
public final class FloatMath {
    private FloatMath() {}

    public static float exp(float x) {
        return (float) StrictMath.exp(x);
    }

    public static float sin(float x) {
        return (float) StrictMath.sin(x);
    }

    public static float tanh(float x) {
        return (float) StrictMath.tanh(x);
    }

    /** Abramowitz and Stegun 7.1.26 in double. */
    public static float erf(float x) {
        double t = 1 / (1 + 0.3275911 * Math.abs((double) x));
        double p = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
        return (float) Math.copySign(1 - p * StrictMath.exp(-(double) x * x), x);
    }

    public static float log1p(float x) {
        return (float) StrictMath.log1p(x);
    }
}
