package dev.reverie.nn;

import dev.reverie.tensor.ConvGeometry;
import dev.reverie.tensor.Convolutions;
import dev.reverie.tensor.Filter;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.io.WeightScope;
import org.jspecify.annotations.Nullable;

/** Transposed convolution: {@code x [N, axes.., in] -> [N, axes.., out]}, every axis longer by its stride. */
public record ConvTranspose(Filter filter, @Nullable Tensor bias) {

    /**
     * Reads a weight-normed pair, {@code weight_g [in, 1..]} and {@code weight_v [in, out / groups, kernel..]}: the norm
     * runs over the channel that goes in; and {@code bias [out]}.
     */
    public static ConvTranspose loadWeightNormed(
            WeightScope scope, int in, int out, ConvGeometry geometry, int outputPadding) {
        Shape shape = Conv.weightShape(in, out / geometry.groups(), geometry);
        return new ConvTranspose(
                Filter.transposed(scope.weightNormed("weight", shape), geometry, outputPadding),
                scope.tensor("bias", Shape.of(out)));
    }

    public Tensor apply(Frame frame, Tensor x) {
        return Convolutions.convTranspose(frame, x, filter, bias);
    }
}
