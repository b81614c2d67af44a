package dev.reverie.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.reverie.tensor.Resampling.Interpolation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Small cases by hand, and laws; {@code goldens/layer/interpolate} holds PyTorch's numbers. */
class ResamplingTest {
    private final Workspace workspace = Workspace.create();

    @Test
    void nearestRepeatsPlaces() {
        Tensor x = Tensor.of(Shape.of(1, 2, 2, 1), new float[] {1, 2, 3, 4});
        try (Frame frame = workspace.frame()) {
            assertArrayEquals(
                    new float[] {1, 1, 1, 2, 2, 2, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 3, 3, 3, 4, 4, 4},
                    Resampling.nearest(frame, x, 2, 3).toArray());
            Tensor odd = Tensor.of(Shape.of(1, 5, 1), new float[] {0, 1, 2, 3, 4});
            assertArrayEquals(
                    new float[] {0, 1, 3}, // floor(i 5 / 3)
                    Resampling.resize(frame, odd, Interpolation.NEAREST, 3).toArray());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 7, 15, 16, 22, 50, 700})
    void nearestIsTheDefinition(int channels) {
        int[] in = {2, 3, 5};
        int[] out = {3, 6, 7};
        Tensor x = Tensor.zeros(Shape.of(2, 2, 3, 5, channels));
        for (int i = 0; i < x.elementCount(); i++) {
            x.data()[i] = i;
        }
        try (Frame frame = workspace.frame()) {
            Tensor y = Resampling.resize(frame, x, Interpolation.NEAREST, out);
            for (int i = 0; i < y.elementCount(); i++) {
                int rest = i / channels;
                int from = 0;
                for (int axis = 2, stride = 1; axis >= 0; axis--) {
                    from += rest % out[axis] * in[axis] / out[axis] * stride;
                    stride *= in[axis];
                    rest /= out[axis];
                }
                from += rest * 30;
                assertEquals(from * channels + i % channels, y.get(i), "element " + i);
            }
        }
    }

    @Test
    void linearIsExactInsideAStraightLine() {
        try (Frame frame = workspace.frame()) {
            float[] up =
                    Resampling.resize(frame, line(6), Interpolation.LINEAR, 12).toArray();
            float[] down =
                    Resampling.resize(frame, line(6), Interpolation.LINEAR, 3).toArray();
            for (int i = 1; i < 11; i++) {
                assertEquals((i + 0.5f) / 2 - 0.5f, up[2 * i], 1e-6f);
                assertEquals(2 * up[2 * i], up[2 * i + 1], 1e-6f);
            }
            assertEquals(0f, up[0]); // the edge goes on
            assertArrayEquals(new float[] {0.5f, 1, 2.5f, 5, 4.5f, 9}, down, 1e-6f);
        }
    }

    /** Two channels: 0, 1, 2 .. and its double. */
    private static Tensor line(int n) {
        float[] x = new float[2 * n];
        for (int i = 0; i < n; i++) {
            x[2 * i] = i;
            x[2 * i + 1] = 2 * i;
        }
        return Tensor.of(Shape.of(1, n, 2), x);
    }

    @Test
    void antialiasedShrinkingAverages() {
        Tensor x = Tensor.of(Shape.of(1, 8, 1), new float[] {0, 0, 0, 8, 0, 0, 0, 0});
        try (Frame frame = workspace.frame()) {
            float[] y = Resampling.resize(frame, x, Interpolation.LINEAR_ANTIALIASED, 2)
                    .toArray();
            // triangles of half width 4 around 2 and 6, normalised over the rows inside
            assertArrayEquals(new float[] {5 / 3.5f, 3 / 3.5f}, y, 1e-6f);
        }
    }

    @ParameterizedTest
    @EnumSource
    void constantsStay(Interpolation interpolation) {
        Tensor x = Tensor.of(Shape.of(2, 3, 5, 4, 3), new float[360]);
        java.util.Arrays.fill(x.data(), 0.7f);
        try (Frame frame = workspace.frame()) {
            Tensor y = Resampling.resize(frame, x, interpolation, 7, 5, 3);
            assertEquals(Shape.of(2, 7, 5, 3, 3), y.shape());
            for (float v : y.toArray()) {
                assertEquals(0.7f, v, 3e-7f);
            }
            assertArrayEquals(
                    x.toArray(),
                    Resampling.resize(frame, x, interpolation, 3, 5, 4).toArray(),
                    1e-7f);
        }
    }

    @Test
    void refusesEmptyAxes() {
        try (Frame frame = workspace.frame()) {
            assertThrows(ShapeException.class, () -> Resampling.resize(frame, line(3), Interpolation.CUBIC, 0));
            assertThrows(ShapeException.class, () -> Resampling.nearest(frame, line(3), 2, 2));
        }
    }
}
