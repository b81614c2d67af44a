package dev.reverie.nn;

import dev.reverie.tensor.Activation;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Ops;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.Weight;
import dev.reverie.tensor.io.WeightScope;
import org.jspecify.annotations.Nullable;

/** Affine map of the last axis: {@code x [.., in] -> [.., out]}, y = x Wᵀ + b. */
public record Linear(Weight weight, @Nullable Tensor bias) {

    /** Reads {@code weight [out, in]} and {@code bias [out]}. */
    public static Linear load(WeightScope scope, int in, int out) {
        return new Linear(scope.weight("weight", Shape.of(out, in)), scope.tensor("bias", Shape.of(out)));
    }

    /** Reads {@code weight [out, in]}. */
    public static Linear loadWithoutBias(WeightScope scope, int in, int out) {
        return new Linear(scope.weight("weight", Shape.of(out, in)), null);
    }

    public Tensor apply(Frame frame, Tensor x) {
        return Ops.linear(frame, x, weight, bias);
    }

    /** The map plus {@code residual}, which has the result's shape. */
    public Tensor apply(Frame frame, Tensor x, Tensor residual) {
        return Ops.linear(frame, x, weight, bias, residual);
    }

    /** The map and then a function, in one pass. */
    public Tensor apply(Frame frame, Tensor x, Activation function) {
        return Ops.linear(frame, x, weight, bias, function);
    }
}
