package dev.reverie.tensor.kernel;

import static dev.reverie.tensor.kernel.ScalarActivations.GELU_CUBIC;
import static dev.reverie.tensor.kernel.ScalarActivations.GELU_SCALE;
import static dev.reverie.tensor.kernel.ScalarActivations.QUICK_GELU_SCALE;
import static dev.reverie.tensor.kernel.ScalarActivations.SQRT_HALF;
import static jdk.incubator.vector.VectorOperators.GT;

import dev.reverie.tensor.Activation;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** The functions of {@link Activation} on whole vectors, a loop of its own for each: a call through an object boxes. */
final class VectorActivations {
    private static final VectorSpecies<Float> S = Species.FLOAT;
    private static final int LANES = S.length();

    private VectorActivations() {}

    /** As many whole vectors as {@code n} elements hold; the number of elements done. */
    static int apply(Activation function, int n, float[] x, int xo, float[] y, int yo) {
        int whole = S.loopBound(n);
        switch (function) {
            case RELU -> relu(whole, x, xo, y, yo);
            case SILU -> silu(whole, x, xo, y, yo);
            case GELU -> gelu(whole, x, xo, y, yo);
            case GELU_TANH -> geluTanh(whole, x, xo, y, yo);
            case QUICK_GELU -> quickGelu(whole, x, xo, y, yo);
            case SIGMOID -> sigmoid(whole, x, xo, y, yo);
            case TANH -> tanh(whole, x, xo, y, yo);
            case SOFTPLUS -> softplus(whole, x, xo, y, yo);
            case ELU -> elu(whole, x, xo, y, yo);
            case MISH -> mish(whole, x, xo, y, yo);
            case EXP -> exp(whole, x, xo, y, yo);
            case LOG -> log(whole, x, xo, y, yo);
            case SIN -> sin(whole, x, xo, y, yo);
        }
        return whole;
    }

    static FloatVector silu(FloatVector x) {
        return x.mul(VectorMath.sigmoid(x));
    }

    private static FloatVector load(float[] x, int at) {
        return FloatVector.fromArray(S, x, at);
    }

    private static void relu(int whole, float[] x, int xo, float[] y, int yo) {
        for (int i = 0; i < whole; i += LANES) {
            VectorMath.positive(load(x, xo + i)).intoArray(y, yo + i);
        }
    }

    private static void silu(int whole, float[] x, int xo, float[] y, int yo) {
        for (int i = 0; i < whole; i += LANES) {
            silu(load(x, xo + i)).intoArray(y, yo + i);
        }
    }

    private static void gelu(int whole, float[] x, int xo, float[] y, int yo) {
        for (int i = 0; i < whole; i += LANES) {
            FloatVector v = load(x, xo + i);
            FloatVector twice = VectorMath.erf(v.mul(SQRT_HALF)).add(1f);
            v.mul(0.5f).mul(twice).intoArray(y, yo + i);
        }
    }

    private static void geluTanh(int whole, float[] x, int xo, float[] y, int yo) {
        for (int i = 0; i < whole; i += LANES) {
            FloatVector v = load(x, xo + i);
            FloatVector cubic = v.mul(v).fma(VectorMath.splat(GELU_CUBIC), VectorMath.splat(1f));
            v.mul(VectorMath.sigmoid(v.mul(GELU_SCALE).mul(cubic))).intoArray(y, yo + i);
        }
    }

    private static void quickGelu(int whole, float[] x, int xo, float[] y, int yo) {
        for (int i = 0; i < whole; i += LANES) {
            FloatVector v = load(x, xo + i);
            v.mul(VectorMath.sigmoid(v.mul(QUICK_GELU_SCALE))).intoArray(y, yo + i);
        }
    }

    private static void sigmoid(int whole, float[] x, int xo, float[] y, int yo) {
        for (int i = 0; i < whole; i += LANES) {
            VectorMath.sigmoid(load(x, xo + i)).intoArray(y, yo + i);
        }
    }

    private static void tanh(int whole, float[] x, int xo, float[] y, int yo) {
        for (int i = 0; i < whole; i += LANES) {
            VectorMath.tanh(load(x, xo + i)).intoArray(y, yo + i);
        }
    }

    private static void softplus(int whole, float[] x, int xo, float[] y, int yo) {
        for (int i = 0; i < whole; i += LANES) {
            VectorMath.softplus(load(x, xo + i)).intoArray(y, yo + i);
        }
    }

    private static void elu(int whole, float[] x, int xo, float[] y, int yo) {
        for (int i = 0; i < whole; i += LANES) {
            FloatVector v = load(x, xo + i);
            VectorMath.expm1(v).blend(v, v.compare(GT, 0f)).intoArray(y, yo + i);
        }
    }

    private static void mish(int whole, float[] x, int xo, float[] y, int yo) {
        for (int i = 0; i < whole; i += LANES) {
            FloatVector v = load(x, xo + i);
            v.mul(VectorMath.tanhSoftplus(v)).intoArray(y, yo + i);
        }
    }

    private static void exp(int whole, float[] x, int xo, float[] y, int yo) {
        for (int i = 0; i < whole; i += LANES) {
            VectorMath.exp(load(x, xo + i)).intoArray(y, yo + i);
        }
    }

    private static void log(int whole, float[] x, int xo, float[] y, int yo) {
        for (int i = 0; i < whole; i += LANES) {
            VectorMath.log(load(x, xo + i)).intoArray(y, yo + i);
        }
    }

    private static void sin(int whole, float[] x, int xo, float[] y, int yo) {
        for (int i = 0; i < whole; i += LANES) {
            VectorMath.sin(load(x, xo + i)).intoArray(y, yo + i);
        }
    }
}
