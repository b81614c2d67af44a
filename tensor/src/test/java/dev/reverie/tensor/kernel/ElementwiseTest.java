package dev.reverie.tensor.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reverie.tensor.Activation;
import java.util.Random;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the kernels write, against the scalar definition: equal to the bit at every length, and nothing beside it. */
@DisplayName("42: elements at all lengths, with nothing written beside them")
class ElementwiseTest {
    private static final int LONGEST = 37;

    @ParameterizedTest
    @EnumSource
    void activations(Activation function) {
        float[] x = numbers(2000 + LONGEST);
        lengths(n -> {
            Canary y = new Canary(3, n);
            Elementwise.activate(function, n, x, n, y.data, 3);
            y.check(i -> ScalarActivations.of(function, x[n + i]));
        });
        Canary all = new Canary(0, x.length);
        Elementwise.activate(function, x.length, x, 0, all.data, 0);
        all.check(i -> ScalarActivations.of(function, x[i]));
    }

    @Test
    void arithmetic() {
        float[] x = numbers(100);
        float[] y = numbers(90);
        lengths(n -> {
            Canary z = new Canary(5, n);
            Elementwise.add(n, x, 1, y, 2, z.data, 5);
            z.check(i -> x[1 + i] + y[2 + i]);
            Elementwise.multiply(n, x, 1, y, 2, z.data, 5);
            z.check(i -> x[1 + i] * y[2 + i]);
            Elementwise.scale(n, 0.3f, x, 7, z.data, 5);
            z.check(i -> 0.3f * x[7 + i]);
            Elementwise.leakyRelu(n, 0.1f, x, 7, z.data, 5);
            z.check(i -> x[7 + i] > 0 ? x[7 + i] : 0.1f * x[7 + i]);
            Elementwise.scaledSum(n, 0.5f, new float[][] {x, y, x}, new int[] {0, 4, 9}, z.data, 5);
            z.check(i -> 0.5f * (x[i] + y[4 + i] + x[9 + i]));
        });
    }

    @Test
    void gates() {
        float[] x = numbers(2 * 3 * LONGEST + 1);
        lengths(half -> {
            Canary y = new Canary(2, 3 * half);
            Elementwise.gated(Activation.SILU, 3, half, x, 1, y.data, 2);
            y.check(i -> {
                int at = 1 + i / half * 2 * half + i % half;
                return x[at] * ScalarActivations.silu(x[at + half]);
            });
        });
    }

    @Test
    void transposition() {
        float[] x = numbers(50 * LONGEST + 2);
        lengths(b -> {
            Canary y = new Canary(1, 50 * b);
            Elementwise.transpose(50, b, x, 2, y.data, 1);
            y.check(i -> x[2 + i % 50 * b + i / 50]);
        });
    }

    /** More than one block, so that more than one thread works. */
    @Test
    void manyBlocks() {
        float[] x = numbers(100_003);
        Canary y = new Canary(1, x.length);
        Elementwise.activate(Activation.SIGMOID, x.length, x, 0, y.data, 1);
        y.check(i -> FloatMath.sigmoid(x[i]));
    }

    private static void lengths(IntConsumer check) {
        for (int n = 0; n <= LONGEST; n++) {
            check.accept(n);
        }
    }

    /** Normal numbers of many sizes, and one in eight any float at all. */
    static float[] numbers(int n) {
        Random random = new Random(n);
        float[] x = new float[n];
        for (int i = 0; i < n; i++) {
            float scale = (float) StrictMath.pow(10, random.nextInt(5) - 2);
            x[i] = i % 8 == 7 ? Float.intBitsToFloat(random.nextInt()) : scale * (float) random.nextGaussian();
        }
        return x;
    }

    /** An output between guards. */
    static final class Canary {
        private static final float GUARD = 12345f;
        final float[] data;
        private final int from;
        private final int n;

        Canary(int from, int n) {
            this.from = from;
            this.n = n;
            data = new float[from + n + 20];
            java.util.Arrays.fill(data, GUARD);
        }

        @FunctionalInterface
        interface Expected {
            float at(int i);
        }

        void check(Expected expected) {
            for (int i = 0; i < data.length; i++) {
                boolean inside = i >= from && i < from + n;
                int at = i - from;
                float e = inside ? expected.at(at) : GUARD;
                // NaN is NaN, whatever its payload
                if (Float.floatToIntBits(e) != Float.floatToIntBits(data[i])) {
                    assertEquals(e, data[i], () -> "element " + at + " of " + n);
                    assertTrue(false, () -> "sign of zero, element " + at + " of " + n);
                }
            }
        }
    }
}
