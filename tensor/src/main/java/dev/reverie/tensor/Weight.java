package dev.reverie.tensor;

/**
 * A matrix of learned numbers {@code [out, in]}, immutable, stored and packed for its kernel.
 *
 * <p>Sealed by storage; one exhaustive {@code switch} outside the hot loop chooses the kernel.
 */
public sealed interface Weight permits Weight.F32 {
    /** {@code [out, in]}. */
    Shape shape();

    /** Packs a float32 matrix {@code [out, in]}; further axes count as part of {@code in}. */
    static Weight of(Tensor matrix) {
        int out = matrix.dim(0);
        Tensor flat = matrix.reshape(out, out == 0 ? 0 : matrix.elementCount() / out);
        return new F32(flat.shape(), flat.toArray());
    }

    /** Float32. */
    final class F32 implements Weight {
        private final Shape shape;
        private final float[] values;

        F32(Shape shape, float[] values) {
            this.shape = shape;
            this.values = values;
        }

        @Override
        public Shape shape() {
            return shape;
        }

        public float[] values() {
            return values;
        }
    }
}
