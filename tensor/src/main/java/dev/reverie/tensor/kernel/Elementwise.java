package dev.reverie.tensor.kernel;

import dev.reverie.tensor.Activation;

/** Operations on each element, cut into blocks of a fixed size. */
public final class Elementwise {
    private static final int BLOCK = 16384;

    private Elementwise() {}

    @FunctionalInterface
    private interface Range {
        void apply(int from, int to);
    }

    private static void blocks(int n, Range range) {
        Pool.run(
                (n + BLOCK - 1) / BLOCK,
                (block, scratch) -> range.apply(block * BLOCK, Math.min(n, (block + 1) * BLOCK)));
    }

    public static void add(int n, float[] x, int xo, float[] y, int yo, float[] z, int zo) {
        blocks(n, (from, to) -> {
            for (int i = from; i < to; i++) {
                z[zo + i] = x[xo + i] + y[yo + i];
            }
        });
    }

    public static void multiply(int n, float[] x, int xo, float[] y, int yo, float[] z, int zo) {
        blocks(n, (from, to) -> {
            for (int i = from; i < to; i++) {
                z[zo + i] = x[xo + i] * y[yo + i];
            }
        });
    }

    public static void scale(int n, float factor, float[] x, int xo, float[] y, int yo) {
        blocks(n, (from, to) -> {
            for (int i = from; i < to; i++) {
                y[yo + i] = factor * x[xo + i];
            }
        });
    }

    public static void leakyRelu(int n, float slope, float[] x, int xo, float[] y, int yo) {
        blocks(n, (from, to) -> {
            for (int i = from; i < to; i++) {
                float v = x[xo + i];
                y[yo + i] = v > 0 ? v : slope * v;
            }
        });
    }

    public static void activate(Activation function, int n, float[] x, int xo, float[] y, int yo) {
        blocks(n, (from, to) -> {
            for (int i = from; i < to; i++) {
                y[yo + i] = of(function, x[xo + i]);
            }
        });
    }

    /** {@code y [rows, half]}: first half of each row of {@code x [rows, 2 half]} times the function of the second. */
    public static void gated(Activation function, int rows, int half, float[] x, int xo, float[] y, int yo) {
        Pool.run(rows, (row, scratch) -> {
            for (int i = 0; i < half; i++) {
                int at = xo + row * 2 * half + i;
                y[yo + row * half + i] = x[at] * of(function, x[at + half]);
            }
        });
    }

    public static void transpose(int a, int b, float[] x, int xo, float[] y, int yo) {
        for (int i = 0; i < a; i++) {
            for (int j = 0; j < b; j++) {
                y[yo + j * a + i] = x[xo + i * b + j];
            }
        }
    }

    static float of(Activation function, float x) {
        return switch (function) {
            case RELU -> x > 0 ? x : 0f;
            case SILU -> x * sigmoid(x);
            case GELU -> 0.5f * x * (1f + FloatMath.erf(x * 0.70710677f));
            case GELU_TANH -> 0.5f * x * (1f + FloatMath.tanh(0.7978846f * (x + 0.044715f * x * x * x)));
            case QUICK_GELU -> x * sigmoid(1.702f * x);
            case SIGMOID -> sigmoid(x);
            case TANH -> FloatMath.tanh(x);
            case SOFTPLUS -> softplus(x);
            case ELU -> x > 0 ? x : (float) StrictMath.expm1(x);
            case MISH -> x * FloatMath.tanh(softplus(x));
            case EXP -> FloatMath.exp(x);
            case SIN -> FloatMath.sin(x);
        };
    }

    private static float sigmoid(float x) {
        return 1f / (1f + FloatMath.exp(-x));
    }

    private static float softplus(float x) {
        return x > 20f ? x : FloatMath.log1p(FloatMath.exp(x));
    }
}
