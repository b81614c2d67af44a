package dev.reverie.nn;

import dev.reverie.tensor.ConvGeometry;
import dev.reverie.tensor.Convolutions;
import dev.reverie.tensor.Filter;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.io.WeightScope;
import org.jspecify.annotations.Nullable;

/** Convolution over one to three axes: {@code x [N, axes.., in] -> [N, axes.., out]}. */
public record Conv(Filter filter, @Nullable Tensor bias) {

    /** Reads {@code weight [out, in / groups, kernel..]} and {@code bias [out]}. */
    public static Conv load(WeightScope scope, int in, int out, ConvGeometry geometry) {
        Filter filter = scope.filter("weight", weightShape(out, in / geometry.groups(), geometry), geometry);
        return new Conv(filter, scope.tensor("bias", Shape.of(out)));
    }

    /**
     * Reads a weight-normed pair, {@code weight_g [out, 1..]} and {@code weight_v} of the weight's shape, and {@code bias
     * [out]}.
     */
    public static Conv loadWeightNormed(WeightScope scope, int in, int out, ConvGeometry geometry) {
        return new Conv(normed(scope, in, out, geometry), scope.tensor("bias", Shape.of(out)));
    }

    /** Reads a weight-normed pair alone. */
    public static Conv loadWeightNormedWithoutBias(WeightScope scope, int in, int out, ConvGeometry geometry) {
        return new Conv(normed(scope, in, out, geometry), null);
    }

    private static Filter normed(WeightScope scope, int in, int out, ConvGeometry geometry) {
        return scope.weightNormedFilter("weight", weightShape(out, in / geometry.groups(), geometry), geometry);
    }

    /** {@code [first, second, kernel..]}. */
    static Shape weightShape(int first, int second, ConvGeometry geometry) {
        int[] sizes = new int[2 + geometry.axes().size()];
        sizes[0] = first;
        sizes[1] = second;
        for (int axis = 0; axis < geometry.axes().size(); axis++) {
            sizes[axis + 2] = geometry.axes().get(axis).kernel();
        }
        return Shape.of(sizes);
    }

    public Tensor apply(Frame frame, Tensor x) {
        return Convolutions.conv(frame, x, filter, bias);
    }

    /** The convolution plus {@code residual}, which has the result's shape. */
    public Tensor apply(Frame frame, Tensor x, Tensor residual) {
        return Convolutions.conv(frame, x, filter, bias, residual);
    }
}
