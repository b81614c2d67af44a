package dev.reverie.tensor;

import static dev.reverie.tensor.ShapeException.require;

import dev.reverie.tensor.kernel.FeatureMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Convolutions over one, two or three axes of channels-last tensors, {@code [N, axes.., C]}. Those over two or three that
 * are not transposed heed {@link Frame#wrap()}.
 */
public final class Convolutions {
    private Convolutions() {}

    /** {@code x [N, axes.., in] -> [N, axes.., out]}; bias {@code [out]}. */
    public static Tensor conv(Frame frame, Tensor x, Filter filter, @Nullable Tensor bias) {
        return conv(frame, x, filter, bias, null);
    }

    /** The same plus {@code residual}, of the result's shape. */
    public static Tensor conv(Frame frame, Tensor x, Filter filter, @Nullable Tensor bias, @Nullable Tensor residual) {
        require(!filter.isTransposed(), "conv", "a filter that is not transposed", x);
        checkInput("conv", x, filter, bias);
        List<Window> axes = filter.geometry().axes();
        Shape shape = x.shape().with(-1, filter.out());
        for (int axis = 0; axis < axes.size(); axis++) {
            shape = shape.with(axis + 1, axes.get(axis).outputLength(x.dim(axis + 1)));
        }
        require(
                residual == null || residual.shape().equals(shape),
                "conv",
                "a residual of the result's shape",
                shape,
                residual == null ? "" : residual);
        Tensor y = frame.tensor(shape);
        frame.count((long) y.elementCount()
                * filter.geometry().taps()
                * (filter.in() / filter.geometry().groups()));
        if (!frame.isMeasuring()) {
            Wrap wrap = axes.size() > 1 ? frame.wrap() : Wrap.NONE;
            filter.kernel().run(map(x, wrap), map(y, Wrap.NONE), Ops.epilogue(bias, residual, y));
        }
        return y;
    }

    /** Transposed convolution: {@code x [N, axes.., in] -> [N, axes.., out]}, each axis longer by its stride. */
    public static Tensor convTranspose(Frame frame, Tensor x, Filter filter, @Nullable Tensor bias) {
        require(filter.isTransposed(), "convTranspose", "a transposed filter", x);
        checkInput("convTranspose", x, filter, bias);
        List<Window> axes = filter.geometry().axes();
        Shape shape = x.shape().with(-1, filter.out());
        for (int axis = 0; axis < axes.size(); axis++) {
            shape = shape.with(axis + 1, axes.get(axis).transposedLength(x.dim(axis + 1), filter.outputPadding()));
        }
        Tensor y = frame.tensor(shape);
        frame.count((long) x.elementCount()
                * filter.geometry().taps()
                * (filter.out() / filter.geometry().groups()));
        if (!frame.isMeasuring()) {
            filter.kernel().run(map(x, Wrap.NONE), map(y, Wrap.NONE), Ops.epilogue(bias, null, y));
        }
        return y;
    }

    private static FeatureMap map(Tensor x, Wrap wrap) {
        int axes = x.shape().rank() - 2;
        int[] sizes = {1, 1, 1};
        for (int axis = 0; axis < axes; axis++) {
            sizes[3 - axes + axis] = x.dim(axis + 1);
        }
        return new FeatureMap(x.data(), x.offset(), x.dim(0), sizes, x.dim(-1), wrap);
    }

    private static void checkInput(String operation, Tensor x, Filter filter, @Nullable Tensor bias) {
        require(x.shape().rank() == filter.geometry().axes().size() + 2, operation, "x [N, axes.., in]", x);
        require(x.dim(-1) == filter.in(), operation, "%d channels".formatted(filter.in()), x);
        require(
                bias == null || bias.elementCount() == filter.out(),
                operation,
                "bias [%d]".formatted(filter.out()),
                bias == null ? "" : bias);
    }
}
