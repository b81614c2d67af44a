package dev.reverie.tensor;

import static dev.reverie.tensor.ShapeException.require;

import dev.reverie.tensor.kernel.NearestResample;
import dev.reverie.tensor.kernel.Resample;
import java.util.Arrays;

/**
 * Changes the sizes of the axes between batch and channels, {@code x [N, axes.., C]}, as
 * {@code torch.nn.functional.interpolate} does with {@code align_corners=False}.
 */
public final class Resampling {
    /** How a value between the input's places is made. */
    public enum Interpolation {
        /** The value of one place. */
        NEAREST,
        /** Linear along each axis: linear, bilinear, trilinear. */
        LINEAR,
        /** Cubic convolution with a = -3/4 along each axis: bicubic. */
        CUBIC,
        /** Linear, but averaging over the output's places where the axis shrinks ({@code antialias=True}). */
        LINEAR_ANTIALIASED
    }

    private Resampling() {}

    /** Repeats each place {@code factors[i]} times along axis i + 1. */
    public static Tensor nearest(Frame frame, Tensor x, int... factors) {
        require(x.shape().rank() == factors.length + 2, "resampling", "one factor an axis of x [N, axes.., C]", x);
        int[] sizes = new int[factors.length];
        for (int i = 0; i < sizes.length; i++) {
            sizes[i] = Math.multiplyExact(x.dim(i + 1), factors[i]);
        }
        return resize(frame, x, Interpolation.NEAREST, sizes);
    }

    /** {@code x [N, axes.., C] -> [N, sizes.., C]}; no size and no axis may be zero. */
    public static Tensor resize(Frame caller, Tensor x, Interpolation interpolation, int... sizes) {
        require(x.shape().rank() == sizes.length + 2, "resampling", "one size an axis of x [N, axes.., C]", x);
        Shape shape = x.shape();
        int last = 0; // axis that changes
        for (int axis = 1; axis <= sizes.length; axis++) {
            int size = sizes[axis - 1];
            require(x.dim(axis) > 0 && size > 0, "resampling", "no axis of length 0", x, size);
            last = x.dim(axis) == size ? last : axis;
            shape = shape.with(axis, size);
        }
        Tensor y = caller.tensor(shape);
        if (interpolation == Interpolation.NEAREST) {
            return nearest(caller, x, sizes, y);
        }
        try (Frame frame = caller.frame()) {
            Tensor step = x;
            for (int axis = 1; axis < last; axis++) {
                if (x.dim(axis) != sizes[axis - 1]) {
                    Tensor next = frame.tensor(step.shape().with(axis, sizes[axis - 1]));
                    step = resizeAxis(frame, step, axis, interpolation, next);
                }
            }
            resizeAxis(frame, step, Math.max(1, last), interpolation, y);
        }
        return y;
    }

    private static Tensor nearest(Frame frame, Tensor x, int[] sizes, Tensor y) {
        if (!frame.isMeasuring()) {
            int[] axes = Arrays.copyOfRange(x.shape().toArray(), 1, 1 + sizes.length);
            NearestResample.apply(x.dim(0), axes, sizes, x.dim(-1), x.data(), x.offset(), y.data(), y.offset());
        }
        return y;
    }

    private static Tensor resizeAxis(Frame frame, Tensor x, int axis, Interpolation interpolation, Tensor y) {
        if (!frame.isMeasuring()) {
            int in = x.dim(axis);
            int out = y.dim(axis);
            Resample resample = switch (interpolation) {
                case NEAREST -> throw new IllegalArgumentException("all axes at once");
                case LINEAR -> Resample.linear(in, out);
                case CUBIC -> Resample.cubic(in, out);
                case LINEAR_ANTIALIASED -> Resample.linearAntialiased(in, out);
            };
            int outer = x.shape().product(0, axis);
            int inner = x.shape().product(axis + 1, x.shape().rank());
            resample.apply(outer, inner, x.data(), x.offset(), y.data(), y.offset());
        }
        return y;
    }
}
