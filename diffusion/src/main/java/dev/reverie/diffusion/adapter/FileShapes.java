package dev.reverie.diffusion.adapter;

import dev.reverie.tensor.Shape;
import dev.reverie.tensor.io.WeightScope;

/** Sizes of a network that has no configuration but the shapes of its tensors. */
final class FileShapes {
    private FileShapes() {}

    /**
     * Shape of a tensor that must have that many axes, none of them empty.
     *
     * @throws IllegalArgumentException if it is missing or has another number of axes
     */
    static Shape of(WeightScope scope, String name, int rank) {
        Shape shape = scope.shapeOf(name);
        if (shape == null) {
            throw new IllegalArgumentException("has no tensor " + scope.nameOf(name));
        }
        if (shape.rank() != rank || shape.elementCount() == 0) {
            throw new IllegalArgumentException(
                    "has a tensor %s of shape %s, where %d axes are wanted".formatted(scope.nameOf(name), shape, rank));
        }
        return shape;
    }
}
