package dev.reverie.tensor.kernel;

import dev.reverie.tensor.Activation;

/** The functions of {@link Activation}, one element at a time. */
final class ScalarActivations {
    /** 2 sqrt(2 / pi): 1 + tanh u = 2 sigmoid(2 u). */
    static final float GELU_SCALE = 1.595769f;

    static final float GELU_CUBIC = 0.044715f;
    static final float QUICK_GELU_SCALE = 1.702f;

    private ScalarActivations() {}

    /** Elements {@code from .. n - 1}. */
    static void apply(Activation function, int from, int n, float[] x, int xo, float[] y, int yo) {
        for (int i = from; i < n; i++) {
            y[yo + i] = of(function, x[xo + i]);
        }
    }

    static float of(Activation function, float x) {
        return switch (function) {
            case RELU -> x < 0f ? 0f : x;
            case SILU -> silu(x);
            case GELU -> FloatMath.gelu(x);
            case GELU_TANH -> FloatMath.timesSigmoid(x, x * GELU_SCALE * Math.fma(x * x, GELU_CUBIC, 1f));
            case QUICK_GELU -> FloatMath.timesSigmoid(x, x * QUICK_GELU_SCALE);
            case SIGMOID -> FloatMath.sigmoid(x);
            case TANH -> FloatMath.tanh(x);
            case SOFTPLUS -> FloatMath.softplus(x);
            case ELU -> x > 0f ? x : FloatMath.expm1(x);
            case MISH -> x * FloatMath.tanhSoftplus(x);
            case EXP -> FloatMath.exp(x);
            case LOG -> FloatMath.log(x);
            case SIN -> FloatMath.sin(x);
            case COS -> FloatMath.cos(x);
        };
    }

    static float silu(float x) {
        return FloatMath.timesSigmoid(x, x);
    }
}
