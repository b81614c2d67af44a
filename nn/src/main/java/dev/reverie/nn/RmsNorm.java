package dev.reverie.nn;

import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Norms;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.io.WeightScope;
import org.jspecify.annotations.Nullable;

/** Divides the last axis by the root of its mean square, then scales it (Zhang and Sennrich, arXiv 1910.07467). */
public record RmsNorm(@Nullable Tensor weight, float eps) {

    /** Reads {@code weight [dim]}. */
    public static RmsNorm load(WeightScope scope, int dim, double eps) {
        return new RmsNorm(scope.tensor("weight", Shape.of(dim)), (float) eps);
    }

    public Tensor apply(Frame frame, Tensor x) {
        return Norms.rms(frame, x, weight, eps);
    }
}
