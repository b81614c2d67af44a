package dev.reverie.tensor.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reverie.tensor.ConvGeometry.PadMode;
import dev.reverie.tensor.Convolutions;
import dev.reverie.tensor.Filter;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.Window;
import dev.reverie.tensor.Workspace;
import dev.reverie.tensor.Wrap;
import java.math.BigDecimal;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Minimal filtering: its matrices exactly, its convolutions against double precision. */
class MinimalFilteringTest {
    static Stream<MinimalFiltering> schemes() {
        return Stream.of(
                MinimalFiltering.F4_3,
                MinimalFiltering.F6_3,
                MinimalFiltering.F4_5,
                MinimalFiltering.F4_7,
                MinimalFiltering.F6_6);
    }

    /** Output i must be the sum of filter(tap) input(i + tap), for every filter and input: the identity, in decimals. */
    @ParameterizedTest
    @MethodSource("schemes")
    void matricesAreTheFilter(MinimalFiltering f) {
        BigDecimal all = BigDecimal.ONE;
        for (int j = 0; j < f.products; j++) {
            all = all.multiply(f.divisor(j));
        }
        for (int i = 0; i < f.outputs; i++) {
            for (int tap = 0; tap < f.taps; tap++) {
                for (int t = 0; t < f.products; t++) {
                    BigDecimal sum = BigDecimal.ZERO;
                    for (int j = 0; j < f.products; j++) {
                        BigDecimal others = BigDecimal.ONE;
                        for (int k = 0; k < f.products; k++) {
                            others = k == j ? others : others.multiply(f.divisor(k));
                        }
                        sum = sum.add(f.output(i, j)
                                .multiply(f.filter(j, tap))
                                .multiply(f.input(j)[t])
                                .multiply(others));
                    }
                    BigDecimal expected = t == i + tap ? all : BigDecimal.ZERO;
                    assertEquals(0, expected.compareTo(sum), "output %d, tap %d, input %d".formatted(i, tap, t));
                }
            }
        }
    }

    static Stream<ConvolutionTest.Case> cases() {
        return Stream.of(
                new ConvolutionTest.Case(Shape.of(1, 700, 43), 61, Window.same(3, 1)),
                new ConvolutionTest.Case(Shape.of(2, 333, 70), 38, Window.same(3, 5)),
                new ConvolutionTest.Case(Shape.of(1, 50, 64), 160, Window.of(4)),
                new ConvolutionTest.Case(Shape.of(1, 401, 80), 32, Window.same(5, 1)).padMode(PadMode.REFLECT),
                new ConvolutionTest.Case(Shape.of(1, 401, 80), 32, Window.of(6).withDilation(2)),
                new ConvolutionTest.Case(Shape.of(1, 1000, 64), 64, Window.same(7, 3)),
                new ConvolutionTest.Case(Shape.of(3, 7, 64), 32, Window.same(7, 1)).padMode(PadMode.REPLICATE),
                new ConvolutionTest.Case(Shape.of(1, 201, 128), 22, Window.same(7, 1)),
                new ConvolutionTest.Case(Shape.of(1, 623, 128), 64, Window.same(11, 1)),
                new ConvolutionTest.Case(Shape.of(1, 623, 64), 192, Window.same(11, 5)),
                new ConvolutionTest.Case(Shape.of(1, 90, 32), 32, Window.same(17, 1)),
                new ConvolutionTest.Case(Shape.of(2, 18, 29, 64), 80, Window.same(3, 1), Window.same(3, 1)),
                new ConvolutionTest.Case(
                                Shape.of(1, 3, 5, 96), 160, Window.of(3).withPadding(0, 2), Window.same(3, 1))
                        .padMode(PadMode.REFLECT),
                // several blocks of k, of tiles and of columns
                new ConvolutionTest.Case(Shape.of(1, 42, 40, 208), 272, Window.same(3, 1), Window.same(3, 1)),
                new ConvolutionTest.Case(
                        Shape.of(2, 4, 9, 10, 64), 96, Window.same(3, 1), Window.same(3, 1), Window.same(3, 1)),
                new ConvolutionTest.Case(Shape.of(2, 18, 29, 37), 67, Window.same(3, 1), Window.same(3, 1))
                        .wrap(Wrap.BOTH),
                new ConvolutionTest.Case(Shape.of(1, 11, 14, 130), 277, Window.same(3, 1), Window.same(3, 1)),
                new ConvolutionTest.Case(Shape.of(1, 3, 5, 96), 160, Window.same(3, 1), Window.same(3, 1)).wrap(Wrap.X),
                new ConvolutionTest.Case(Shape.of(1, 401, 80), 32, Window.same(5, 1)).padMode(PadMode.CIRCULAR),
                new ConvolutionTest.Case( // causal in time, edges repeated
                                Shape.of(1, 3, 6, 14, 80),
                                64,
                                Window.of(3).withPadding(2, 0),
                                Window.same(3, 1),
                                Window.of(3))
                        .padMode(PadMode.REPLICATE),
                // more taps in time than frames: most frames are beyond the edge for all tiles
                new ConvolutionTest.Case(
                        Shape.of(1, 1, 8, 8, 64),
                        64,
                        Window.of(5).withPadding(4, 4),
                        Window.same(3, 1),
                        Window.same(3, 1)));
    }

    /**
     * Against one chain in double precision: the rms error stays below 1e-5 of the outputs' rms (measured on normal
     * data: 1e-6 with 3 taps to 5e-6 with 11), the largest below 1e-4.
     */
    @ParameterizedTest
    @MethodSource("cases")
    void isCloseToDoublePrecision(ConvolutionTest.Case c) {
        ConvolutionTest.Inputs inputs = ConvolutionTest.Inputs.of(c, false);
        try (Workspace workspace = Workspace.create();
                Frame frame = workspace.frame(c.wrap())) {
            Tensor y = inputs.result(frame, c, false);
            double square = 0;
            double error = 0;
            double worst = 0;
            int checked = 0;
            for (int i = 0; i < y.elementCount(); i += 7, checked++) { // 7 is prime to all widths
                double exact = ConvolutionTest.exact(c, inputs, y.shape(), i);
                square += exact * exact;
                error += (y.get(i) - exact) * (y.get(i) - exact);
                worst = Math.max(worst, Math.abs(y.get(i) - exact));
            }
            double rms = Math.sqrt(square / checked);
            assertTrue(Math.sqrt(error / square) < 1e-5, "rms error " + Math.sqrt(error / square));
            assertTrue(worst / rms < 1e-4, "largest error " + worst / rms);

            Tensor residual = ConvolutionTest.normal(new Random(2), y.shape());
            Filter filter = Filter.of(inputs.weight(), c.geometry());
            float[] sum = Convolutions.conv(frame, inputs.x(), filter, inputs.bias(), residual)
                    .toArray();
            float[] expected = y.toArray();
            for (int i = 0; i < expected.length; i++) {
                expected[i] += residual.get(i);
            }
            MatMulTest.assertSameBits(expected, sum);
        }
    }
}
