package dev.reverie.tensor;

import dev.reverie.tensor.kernel.Panels;
import org.jspecify.annotations.Nullable;

/**
 * A matrix of learned numbers {@code [out, in]}, immutable, stored and packed for its kernel.
 *
 * <p>Sealed by storage; one exhaustive {@code switch} outside the hot loop chooses the kernel.
 */
public sealed interface Weight permits Weight.F32 {
    /** {@code [out, in]}. */
    Shape shape();

    /**
     * Packs a float32 matrix {@code [out, in]}; further axes count as part of {@code in}. A measured matrix makes a
     * weight that only has a shape.
     */
    static Weight of(Tensor matrix) {
        int out = matrix.dim(0);
        int in = out == 0 ? 0 : matrix.elementCount() / out;
        return new F32(
                Shape.of(out, in), matrix.isMeasured() ? null : Panels.ofRows(in, out, matrix.data(), matrix.offset()));
    }

    /** Float32. */
    final class F32 implements Weight {
        private final Shape shape;
        private final @Nullable Panels panels;

        private F32(Shape shape, @Nullable Panels panels) {
            this.shape = shape;
            this.panels = panels;
        }

        @Override
        public Shape shape() {
            return shape;
        }

        Panels panels() {
            if (panels == null) {
                throw new IllegalStateException("a measured weight %s has no data".formatted(shape));
            }
            return panels;
        }
    }
}
