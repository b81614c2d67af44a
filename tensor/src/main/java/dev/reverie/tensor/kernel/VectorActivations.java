package dev.reverie.tensor.kernel;

import static dev.reverie.tensor.kernel.ScalarActivations.GELU_CUBIC;
import static dev.reverie.tensor.kernel.ScalarActivations.GELU_SCALE;
import static dev.reverie.tensor.kernel.ScalarActivations.QUICK_GELU_SCALE;
import static jdk.incubator.vector.VectorOperators.GT;

import dev.reverie.tensor.Activation;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** The functions of {@link Activation} on whole vectors, a loop of its own for each: a call through an object boxes. */
final class VectorActivations {
    private static final VectorSpecies<Float> S = Species.FLOAT;
    private static final int LANES = S.length();

    /**
     * A loop for each function, called through handles that are not constants to C2, which therefore does not inline
     * them: two loops in one caller would share its budget of nodes, and one of them would box (see {@link Gate}).
     */
    private static final Map<Activation, MethodHandle> HANDLES = handles();

    @FunctionalInterface
    interface Loop {
        void run(int whole, float[] x, int xo, float[] y, int yo);
    }

    private VectorActivations() {}

    /** As many whole vectors as {@code n} elements hold; the number of elements done. */
    static int apply(Activation function, int n, float[] x, int xo, float[] y, int yo) {
        int whole = S.loopBound(n);
        MethodHandle handle = Objects.requireNonNull(HANDLES.get(function));
        try {
            handle.invokeExact(whole, x, xo, y, yo);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e); // loops declare none
        }
        return whole;
    }

    private static Map<Activation, MethodHandle> handles() {
        try {
            MethodHandle run = MethodHandles.lookup()
                    .findVirtual(
                            Loop.class,
                            "run",
                            MethodType.methodType(
                                    void.class, int.class, float[].class, int.class, float[].class, int.class));
            Map<Activation, MethodHandle> handles = new EnumMap<>(Activation.class);
            for (Activation function : Activation.values()) {
                handles.put(function, run.bindTo(loop(function)));
            }
            return handles;
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }

    private static Loop loop(Activation function) {
        return switch (function) {
            case RELU -> VectorActivations::relu;
            case SILU -> VectorActivations::silu;
            case GELU -> VectorActivations::gelu;
            case GELU_TANH -> VectorActivations::geluTanh;
            case QUICK_GELU -> VectorActivations::quickGelu;
            case SIGMOID -> VectorActivations::sigmoid;
            case TANH -> VectorActivations::tanh;
            case SOFTPLUS -> VectorActivations::softplus;
            case ELU -> VectorActivations::elu;
            case MISH -> VectorActivations::mish;
            case EXP -> VectorActivations::exp;
            case LOG -> VectorActivations::log;
            case SIN -> VectorActivations::sin;
            case COS -> VectorActivations::cos;
        };
    }

    static FloatVector silu(FloatVector x) {
        return VectorMath.timesSigmoid(x, x);
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
            VectorMath.gelu(load(x, xo + i)).intoArray(y, yo + i);
        }
    }

    private static void geluTanh(int whole, float[] x, int xo, float[] y, int yo) {
        for (int i = 0; i < whole; i += LANES) {
            FloatVector v = load(x, xo + i);
            FloatVector cubic = v.mul(v).fma(VectorMath.splat(GELU_CUBIC), VectorMath.splat(1f));
            VectorMath.timesSigmoid(v, v.mul(GELU_SCALE).mul(cubic)).intoArray(y, yo + i);
        }
    }

    private static void quickGelu(int whole, float[] x, int xo, float[] y, int yo) {
        for (int i = 0; i < whole; i += LANES) {
            FloatVector v = load(x, xo + i);
            VectorMath.timesSigmoid(v, v.mul(QUICK_GELU_SCALE)).intoArray(y, yo + i);
        }
    }

    private static void sigmoid(int whole, float[] x, int xo, float[] y, int yo) {
        for (int i = 0; i < whole; i += LANES) {
            VectorMath.timesSigmoid(VectorMath.splat(1f), load(x, xo + i)).intoArray(y, yo + i);
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

    private static void cos(int whole, float[] x, int xo, float[] y, int yo) {
        for (int i = 0; i < whole; i += LANES) {
            VectorMath.cos(load(x, xo + i)).intoArray(y, yo + i);
        }
    }
}
