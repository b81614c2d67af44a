package dev.reverie.nn;

import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Norms;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.io.WeightScope;
import org.jspecify.annotations.Nullable;

/** Normalises the last axis to mean 0 and variance 1, then scales and shifts it (Ba et al., arXiv 1607.06450). */
public record LayerNorm(@Nullable Tensor weight, @Nullable Tensor bias, float eps) {

    /** Reads {@code weight [dim]} and {@code bias [dim]}. */
    public static LayerNorm load(WeightScope scope, int dim, double eps) {
        return load(scope, "weight", "bias", dim, eps);
    }

    /** The same under other names, such as {@code gamma} and {@code beta}. */
    public static LayerNorm load(WeightScope scope, String weight, String bias, int dim, double eps) {
        Shape shape = Shape.of(dim);
        return new LayerNorm(scope.tensor(weight, shape), scope.tensor(bias, shape), (float) eps);
    }

    public Tensor apply(Frame frame, Tensor x) {
        return Norms.layer(frame, x, weight, bias, eps);
    }
}
