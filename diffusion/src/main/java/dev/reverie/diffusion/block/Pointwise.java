package dev.reverie.diffusion.block;

import dev.reverie.nn.Linear;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.io.WeightScope;
import java.util.Objects;

/** Linear layers over channels, which some files hold as convolutions of one place. */
public final class Pointwise {
    private Pointwise() {}

    /** Reads {@code weight [out, in]} or {@code [out, in, 1, 1]}, and {@code bias [out]}. */
    public static Linear load(WeightScope scope, int in, int out) {
        Shape convolution = Shape.of(out, in, 1, 1);
        Shape stored = Objects.equals(scope.shapeOf("weight"), convolution) ? convolution : Shape.of(out, in);
        return new Linear(scope.weight("weight", stored), scope.tensor("bias", Shape.of(out)));
    }
}
