package dev.reverie.tensor.kernel;

import dev.reverie.tensor.ConvGeometry;
import dev.reverie.tensor.ConvGeometry.PadMode;
import dev.reverie.tensor.Convolutions;
import dev.reverie.tensor.Filter;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.Window;
import dev.reverie.tensor.Workspace;
import dev.reverie.tensor.Wrap;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Convolutions against their specification, one chain over taps, then channels, or sixteen: bit by bit. */
class ConvolutionTest {
    /**
     * A call: input {@code [N, axes.., in]}, result's channels, geometry, padding after the result when transposed, edges
     * that meet.
     */
    record Case(Shape x, int out, ConvGeometry geometry, int outputPadding, Wrap wrap) {
        Case(Shape x, int out, ConvGeometry geometry, int outputPadding) {
            this(x, out, geometry, outputPadding, Wrap.NONE);
        }

        Case(Shape x, int out, Window... axes) {
            this(x, out, ConvGeometry.of(axes), 0);
        }

        Case groups(int groups) {
            return new Case(x, out, geometry.withGroups(groups), outputPadding, wrap);
        }

        Case padMode(PadMode mode) {
            return new Case(x, out, geometry.withPadMode(mode), outputPadding, wrap);
        }

        Case wrap(Wrap edges) {
            return new Case(x, out, geometry, outputPadding, edges);
        }

        /** What stands beyond the edges of an axis, counted as in the geometry. */
        PadMode beyond(int axis) {
            int fromLast = geometry.axes().size() - axis;
            boolean ring = geometry.axes().size() > 1 && ((fromLast == 1 && wrap.x()) || (fromLast == 2 && wrap.y()));
            return ring ? PadMode.CIRCULAR : geometry.padMode();
        }

        int in() {
            return x.dim(-1);
        }
    }

    static Stream<Case> direct() {
        Window k3 = Window.same(3, 1);
        return Stream.of(
                new Case(Shape.of(2, 130, 20), 33, k3),
                new Case(Shape.of(1, 201, 1), 17, new Window(12, 5, 1, 6, 6)),
                new Case(Shape.of(1, 140, 24), 1, Window.same(7, 3)),
                new Case(Shape.of(1, 9, 400), 70, new Window(2, 1, 2, 1, 1)).padMode(PadMode.REPLICATE),
                new Case(Shape.of(1, 100, 12), 24, k3).groups(4),
                new Case(Shape.of(2, 50, 37), 37, k3.withStride(2)).groups(37),
                new Case(Shape.of(2, 30, 3), 6, k3).groups(3),
                new Case(Shape.of(2, 19, 29, 3), 40, k3, k3),
                new Case(Shape.of(1, 13, 25, 36), 22, k3.withStride(2), k3).padMode(PadMode.REFLECT),
                new Case(Shape.of(1, 16, 24, 64), 3, Window.of(1), Window.of(1)),
                new Case(Shape.of(1, 7, 8, 34), 70, Window.of(1).withStride(2), Window.of(2)),
                new Case(Shape.of(1, 10, 11, 9), 9, Window.same(5, 2), k3).groups(9),
                new Case(Shape.of(1, 5, 9, 14, 4), 33, k3, k3, k3),
                new Case(Shape.of(1, 6, 7, 8, 33), 5, Window.of(3).withPadding(2, 0), k3.withStride(2), k3));
    }

    /** Groups of few channels, whose lanes go along a line. */
    static Stream<Case> lines() {
        Window k3 = Window.same(3, 1);
        return Stream.of(
                new Case(Shape.of(2, 19, 29, 4), 4, k3, k3),
                new Case(Shape.of(1, 40, 97, 3), 3, k3, Window.same(5, 2)).padMode(PadMode.REFLECT),
                new Case(Shape.of(1, 33, 17, 1), 1, Window.same(7, 1), k3),
                new Case(Shape.of(2, 6, 5, 22), 3, k3, k3),
                new Case(Shape.of(1, 5, 1, 4), 2, k3, k3).wrap(Wrap.BOTH),
                new Case(Shape.of(3, 14, 9, 4), 4, Window.of(1), Window.of(1)),
                new Case(Shape.of(1, 9, 23, 22), 22, k3.withStride(2), k3).groups(11),
                new Case(Shape.of(1, 301, 18), 24, k3).groups(6).padMode(PadMode.REPLICATE),
                new Case(Shape.of(1, 700, 1), 2, Window.of(4)),
                new Case(Shape.of(1, 200, 130), 130, Window.same(7, 3)).groups(130),
                new Case(Shape.of(1, 21, 18, 96), 96, k3, k3.withStride(2)).groups(96),
                new Case(Shape.of(2, 4, 9, 14, 3), 4, k3, k3.withStride(2), k3));
    }

    /** Axes that are rings: by their geometry, or because the edges of the frame's maps meet. */
    static Stream<Case> rings() {
        Window k3 = Window.same(3, 1);
        return Stream.of(
                new Case(Shape.of(2, 130, 20), 33, Window.same(7, 1)).padMode(PadMode.CIRCULAR),
                new Case(Shape.of(2, 19, 29, 3), 40, k3, k3).wrap(Wrap.BOTH),
                new Case(Shape.of(1, 13, 25, 36), 22, k3, k3).wrap(Wrap.X),
                new Case(Shape.of(1, 13, 25, 36), 22, k3, k3).wrap(Wrap.Y).padMode(PadMode.REPLICATE),
                new Case(Shape.of(1, 12, 26, 36), 22, k3.withStride(2), k3.withStride(2)).wrap(Wrap.BOTH),
                new Case(
                                Shape.of(1, 12, 26, 36),
                                22,
                                Window.of(3).withStride(2).withPadding(0, 1),
                                Window.of(3).withStride(2).withPadding(0, 1))
                        .wrap(Wrap.BOTH),
                new Case(Shape.of(1, 16, 24, 64), 5, Window.of(1), Window.of(1)).wrap(Wrap.BOTH),
                new Case(Shape.of(1, 10, 11, 9), 9, Window.same(5, 2), k3)
                        .groups(9)
                        .wrap(Wrap.BOTH),
                new Case(Shape.of(1, 1, 2, 40), 40, Window.same(7, 1), k3).wrap(Wrap.BOTH), // round more than once
                new Case(Shape.of(2, 19, 29, 48), 3, k3, k3).wrap(Wrap.BOTH), // narrow
                new Case(Shape.of(1, 5, 9, 14, 4), 33, k3, k3, k3).wrap(Wrap.BOTH),
                new Case(Shape.of(1, 130, 20), 33, k3).wrap(Wrap.BOTH)); // time is no ring
    }

    /** To very few channels, whose sums go along k. */
    static Stream<Case> narrow() {
        Window k3 = Window.same(3, 1);
        return Stream.of(
                new Case(Shape.of(2, 19, 29, 48), 3, k3, k3),
                new Case(Shape.of(1, 8, 9, 32), 4, k3.withStride(2), k3).padMode(PadMode.REFLECT),
                new Case(Shape.of(1, 130, 64), 1, Window.same(7, 1)),
                new Case(Shape.of(1, 5, 4, 6, 16), 2, k3, k3, k3));
    }

    static Stream<Case> transposed() {
        return Stream.of(
                new Case(Shape.of(2, 60, 40), 20, new Window(20, 10, 1, 5, 5)),
                new Case(
                        Shape.of(1, 33, 12),
                        12,
                        ConvGeometry.of(new Window(3, 2, 1, 1, 1)).withGroups(12),
                        1),
                new Case(Shape.of(1, 17, 8), 10, new Window(2, 3, 1, 0, 0)),
                new Case(Shape.of(1, 90, 22), 3, new Window(5, 1, 1, 2, 2)),
                new Case(Shape.of(1, 50, 22), 3, new Window(5, 3, 1, 1, 1)),
                new Case(Shape.of(1, 17, 35), 10, new Window(4, 2, 3, 4, 1)),
                new Case(
                        Shape.of(1, 9, 14, 6),
                        9,
                        ConvGeometry.of(new Window(4, 2, 1, 1, 1), new Window(3, 1, 1, 1, 1))
                                .withGroups(3),
                        0),
                new Case(
                        Shape.of(1, 3, 4, 5, 6),
                        7,
                        new Window(3, 2, 1, 1, 1),
                        new Window(2, 2, 1, 0, 0),
                        new Window(7, 3, 1, 2, 2)));
    }

    @ParameterizedTest
    @MethodSource("direct")
    void directEqualsItsSpecification(Case c) {
        check(c, false);
    }

    @ParameterizedTest
    @MethodSource("lines")
    void linesEqualTheirSpecification(Case c) {
        check(c, false);
    }

    @ParameterizedTest
    @MethodSource("rings")
    void ringsEqualTheirSpecification(Case c) {
        check(c, false);
    }

    @ParameterizedTest
    @MethodSource("narrow")
    void narrowEqualsItsSpecification(Case c) {
        check(c, false);
    }

    @ParameterizedTest
    @MethodSource("transposed")
    void transposedEqualsItsSpecification(Case c) {
        check(c, true);
    }

    /** What a case is computed from, the same numbers in every JVM. */
    record Inputs(Tensor x, Tensor weight, Tensor bias) {
        static Inputs of(Case c, boolean transposed) {
            Random random = new Random(c.x.hashCode());
            List<Window> axes = c.geometry.axes();
            int[] sizes = new int[axes.size() + 2];
            sizes[0] = transposed ? c.in() : c.out;
            sizes[1] = (transposed ? c.out : c.in()) / c.geometry.groups();
            for (int d = 0; d < axes.size(); d++) {
                sizes[d + 2] = axes.get(d).kernel();
            }
            return new Inputs(normal(random, c.x), normal(random, Shape.of(sizes)), normal(random, Shape.of(c.out)));
        }

        Tensor result(Frame frame, Case c, boolean transposed) {
            return transposed
                    ? Convolutions.convTranspose(frame, x, Filter.transposed(weight, c.geometry, c.outputPadding), bias)
                    : Convolutions.conv(frame, x, Filter.of(weight, c.geometry), bias);
        }
    }

    private static void check(Case c, boolean transposed) {
        Inputs inputs = Inputs.of(c, transposed);
        try (Workspace workspace = Workspace.create();
                Frame frame = workspace.frame(c.wrap)) {
            Tensor y = inputs.result(frame, c, transposed);
            float[] expected = new float[y.elementCount()];
            for (int i = 0; i < expected.length; i++) {
                expected[i] =
                        element(c, transposed, inputs.x, inputs.weight, y.shape(), i) + inputs.bias.get(i % c.out);
            }
            MatMulTest.assertSameBits(expected, y.toArray());
            if (!transposed) {
                Tensor residual = normal(new Random(1), y.shape());
                Filter filter = Filter.of(inputs.weight, c.geometry);
                float[] sum = Convolutions.conv(frame, inputs.x, filter, inputs.bias, residual)
                        .toArray();
                for (int i = 0; i < expected.length; i++) {
                    expected[i] += residual.get(i);
                }
                MatMulTest.assertSameBits(expected, sum);
            }
        }
    }

    /** Output {@code at} without bias. */
    private static float element(Case c, boolean transposed, Tensor x, Tensor weight, Shape y, int at) {
        int axes = c.geometry.axes().size();
        int o = at % c.out;
        int[] place = new int[axes];
        int rest = at / c.out;
        for (int d = axes - 1; d >= 0; rest /= y.dim(d + 1), d--) {
            place[d] = rest % y.dim(d + 1);
        }
        int inPerGroup = c.in() / c.geometry.groups();
        int outPerGroup = c.out / c.geometry.groups();
        int group = o / outPerGroup;
        boolean narrow = Narrow.fits(c.geometry.groups(), inPerGroup, c.geometry.taps(), c.out);
        float[] partial = new float[16];
        for (int tap = 0; tap < c.geometry.taps(); tap++) {
            int row = source(c, transposed, x, place, rest, tap);
            if (row == SKIPPED) {
                continue;
            }
            for (int i = 0; i < inPerGroup; i++) {
                int channel = group * inPerGroup + i;
                float w = transposed
                        ? weight.get((channel * outPerGroup + o % outPerGroup) * c.geometry.taps() + tap)
                        : weight.get((o * inPerGroup + i) * c.geometry.taps() + tap);
                int sum = narrow ? i % 16 : 0;
                partial[sum] = Math.fma(row == ZERO ? 0f : x.get(row * c.in() + channel), w, partial[sum]);
            }
        }
        return Reduction.tree16(partial, 0);
    }

    /** Output {@code at} of an ordinary convolution of one group in double precision, bias included. */
    static double exact(Case c, Inputs inputs, Shape y, int at) {
        int[] place = new int[y.rank() - 2];
        int rest = at / c.out;
        for (int d = place.length - 1; d >= 0; rest /= y.dim(d + 1), d--) {
            place[d] = rest % y.dim(d + 1);
        }
        double sum = inputs.bias.get(at % c.out);
        for (int tap = 0; tap < c.geometry.taps(); tap++) {
            int row = source(c, false, inputs.x, place, rest, tap);
            for (int i = 0; i < c.in() && row != ZERO; i++) {
                sum += (double) inputs.x.get(row * c.in() + i)
                        * inputs.weight.get((at % c.out * c.in() + i) * c.geometry.taps() + tap);
            }
        }
        return sum;
    }

    private static final int ZERO = -1;
    private static final int SKIPPED = -2;

    /** The input row that a tap reads, {@link #ZERO} beyond the edges, or {@link #SKIPPED} between strides. */
    private static int source(Case c, boolean transposed, Tensor x, int[] place, int n, int tap) {
        int row = 0;
        int stride = 1;
        int rest = tap;
        for (int d = place.length - 1; d >= 0; d--) {
            Window w = c.geometry.axes().get(d);
            int k = rest % w.kernel();
            rest /= w.kernel();
            int i;
            if (transposed) {
                int up = place[d] + w.padBefore() - k * w.dilation();
                if (Math.floorMod(up, w.stride()) != 0) {
                    return SKIPPED;
                }
                i = Math.floorDiv(up, w.stride());
            } else {
                i = place[d] * w.stride() + k * w.dilation() - w.padBefore();
            }
            int size = x.dim(d + 1);
            if (i < 0 || i >= size) {
                i = switch (c.beyond(d)) {
                    case ZEROS -> ZERO;
                    case REPLICATE -> i < 0 ? 0 : size - 1;
                    case CIRCULAR -> Math.floorMod(i, size);
                    case REFLECT -> i < 0 ? -i : 2 * size - 2 - i;
                };
            }
            row = row == ZERO || i == ZERO ? ZERO : row + i * stride;
            stride *= size;
        }
        return row == ZERO ? ZERO : row + n * stride;
    }

    static Tensor normal(Random random, Shape shape) {
        return Tensor.of(shape, MatMulTest.normal(random, shape.elementCount()));
    }
}
