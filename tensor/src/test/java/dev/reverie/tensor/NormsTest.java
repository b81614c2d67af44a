package dev.reverie.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Norms and softmax against their formulas in double. */
class NormsTest {
    private static final float EPS = 1e-5f;
    private static final double BOUND = 4e-6; // of values up to 5
    private final Workspace workspace = Workspace.create();

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 16, 77, 1000})
    void layer(int n) {
        Tensor x = normal(1000, 3, n); // a mean of 1000 times the deviation costs no digits
        Tensor weight = normal(1, n);
        Tensor bias = normal(0, n);
        try (Frame frame = workspace.frame()) {
            Tensor y = Norms.layer(frame, x, weight, bias, EPS);
            for (int row = 0; row < 3; row++) {
                double[] moments = moments(x, row * n, n, 1);
                for (int i = 0; i < n; i++) {
                    double expected = (x.get(row * n + i) - moments[0]) / Math.sqrt(moments[1] + EPS);
                    assertEquals(expected * weight.get(i) + bias.get(i), y.get(row * n + i), BOUND);
                }
            }
        }
    }

    @Test
    void rms() {
        Tensor x = normal(1, 2, 333);
        try (Frame frame = workspace.frame()) {
            Tensor y = Norms.rms(frame, x, null, EPS);
            for (int row = 0; row < 2; row++) {
                double square = 0;
                for (int i = 0; i < 333; i++) {
                    square += (double) x.get(row * 333 + i) * x.get(row * 333 + i) / 333;
                }
                assertEquals(x.get(row * 333) / Math.sqrt(square + EPS), y.get(row * 333), BOUND);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 12, 22, 128, 1090})
    void adaptiveInstance(int channels) {
        int places = 333;
        Tensor x = normal(200, 2, places, channels);
        Tensor style = normal(0, 2, 2 * channels);
        Tensor alpha = normal(1, channels);
        try (Frame frame = workspace.frame()) {
            Tensor plain = Norms.adaptiveInstance(frame, x, style, EPS, new Norms.After.None());
            Tensor leaky = Norms.adaptiveInstance(frame, x, style, EPS, new Norms.After.LeakyRelu(0.2f));
            Tensor snake = Norms.adaptiveInstance(frame, x, style, EPS, new Norms.After.Snake(alpha));
            for (int n = 0; n < 2; n++) {
                for (int c = 0; c < channels; c++) {
                    double[] moments = moments(x, n * places * channels + c, places, channels);
                    double gain = 1 + style.get(n * 2 * channels + c);
                    int at = (n * places + 17) * channels + c;
                    double v = gain * (x.get(at) - moments[0]) / Math.sqrt(moments[1] + EPS)
                            + style.get((n * 2 + 1) * channels + c);
                    assertEquals(v, plain.get(at), BOUND);
                    assertEquals(v > 0 ? v : 0.2 * v, leaky.get(at), BOUND);
                    double a = alpha.get(c);
                    assertEquals(v + Math.pow(Math.sin(a * v), 2) / a, snake.get(at), 3 * BOUND);
                }
            }
        }
    }

    @Test
    void group() {
        Tensor x = normal(50, 1, 10, 9, 12);
        Tensor weight = normal(1, 12);
        try (Frame frame = workspace.frame()) {
            Tensor y = Norms.group(frame, x, 3, weight, null, EPS);
            Tensor z = Norms.group(frame, x, 3, weight, null, EPS, new Norms.After.Silu());
            for (int g = 0; g < 3; g++) {
                double mean = 0;
                double square = 0;
                for (int c = 4 * g; c < 4 * g + 4; c++) {
                    mean += moments(x, c, 90, 12)[0] / 4;
                }
                for (int i = 0; i < x.elementCount(); i++) {
                    square += i % 12 / 4 == g ? Math.pow(x.get(i) - mean, 2) / 360 : 0;
                }
                int at = 12 * 31 + 4 * g + 2;
                double v = (x.get(at) - mean) / Math.sqrt(square + EPS) * weight.get(4 * g + 2);
                assertEquals(v, y.get(at), BOUND);
                assertEquals(v / (1 + Math.exp(-v)), z.get(at), BOUND);
            }
        }
    }

    @Test
    void softmax() {
        Tensor x = Tensor.of(Shape.of(3, 3), new float[] {
            1, 2, Float.NEGATIVE_INFINITY, 1e30f, -1e30f, 1e30f, -Float.MAX_VALUE, -Float.MAX_VALUE, -Float.MAX_VALUE
        });
        try (Frame frame = workspace.frame()) {
            Tensor y = Ops.softmax(frame, x);
            assertEquals(1 / (1 + Math.E), y.get(0), 1e-7);
            assertEquals(0f, y.get(2));
            assertEquals(0.5f, y.get(3));
            assertEquals(0f, y.get(4));
            assertEquals(1 / 3f, y.get(8), 1e-7f);
            Tensor hidden = Tensor.of(Float.NEGATIVE_INFINITY, Float.NEGATIVE_INFINITY);
            assertTrue(Float.isNaN(Ops.softmax(frame, hidden).get(1)));
        }
    }

    @Test
    void refusesWrongShapes() {
        try (Frame frame = workspace.frame()) {
            Tensor x = normal(0, 1, 5, 6);
            assertThrows(ShapeException.class, () -> Norms.group(frame, x, 4, null, null, EPS));
            assertThrows(ShapeException.class, () -> Norms.layer(frame, x, normal(0, 5), null, EPS));
            Norms.After snake = new Norms.After.Snake(normal(0, 5));
            assertThrows(ShapeException.class, () -> Norms.adaptiveInstance(frame, x, normal(0, 1, 12), EPS, snake));
        }
    }

    /** Mean and biased variance of {@code n} elements, {@code stride} apart. */
    private static double[] moments(Tensor x, int from, int n, int stride) {
        double mean = 0;
        for (int i = 0; i < n; i++) {
            mean += x.get(from + i * stride);
        }
        mean /= n;
        double square = 0;
        for (int i = 0; i < n; i++) {
            square += Math.pow(x.get(from + i * stride) - mean, 2);
        }
        return new double[] {mean, square / n};
    }

    private static Tensor normal(float mean, int... sizes) {
        Shape shape = Shape.of(sizes);
        Random random = new Random(shape.hashCode());
        float[] values = new float[shape.elementCount()];
        for (int i = 0; i < values.length; i++) {
            values[i] = mean + (float) random.nextGaussian();
        }
        return Tensor.of(shape, values);
    }
}
