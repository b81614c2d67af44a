package dev.reverie.diffusion.adapter;

import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Ops;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** A matrix in few numbers: what an adapter adds to a weight {@code [out, in, kernel..]}, before it is scaled. */
sealed interface Delta {

    /** {@code [out, in, kernel..]}, or {@code [out, in kernel]} where only the product is known. */
    Shape shape();

    /** All of it, in the order of the weight's elements. */
    Tensor expand(Frame frame);

    /** Whether it can be added to a weight of that shape; axes of 1 at the end do not matter. */
    default boolean fits(Shape weight) {
        Shape own = shape();
        boolean isProduct = own.rank() <= 2 && weight.rank() > 0 && own.dim(0) == weight.dim(0);
        return own.elementCount() == weight.elementCount() && (isProduct || startsWith(own, weight));
    }

    private static boolean startsWith(Shape a, Shape b) {
        for (int axis = 0; axis < Math.min(a.rank(), b.rank()); axis++) {
            if (a.dim(axis) != b.dim(axis)) {
                return false;
            }
        }
        return true;
    }

    /** The numbers themselves. */
    record Full(Tensor values) implements Delta {
        public Full {
            require(values.shape().rank() > 0, "a weight of no axes");
        }

        @Override
        public Shape shape() {
            return values.shape();
        }

        @Override
        public Tensor expand(Frame frame) {
            return values;
        }
    }

    /**
     * A product of low rank (Hu et al., arXiv 2106.09685), with a core between for convolutions in Tucker's form (Yeh et
     * al., arXiv 2309.14859).
     *
     * @param up {@code [out, R]}
     * @param down {@code [R, in, kernel..]}
     * @param core {@code [R, R, kernel..]}, with which down has no kernel; or null
     */
    record LowRank(Tensor up, Tensor down, @Nullable Tensor core) implements Delta {
        public LowRank {
            up = matrix(up);
            down = core == null ? down : matrix(down);
            int rank = up.dim(1);
            require(down.shape().rank() >= 2 && down.dim(0) == rank, "factors %s and %s", up.shape(), down.shape());
            require(
                    core == null || (core.shape().rank() >= 2 && core.dim(0) == rank && core.dim(1) == rank),
                    "factors %s and %s around %s",
                    up.shape(),
                    down.shape(),
                    core == null ? "" : core.shape());
        }

        /** Of a first factor that is stored as {@code [R, out]}, as LyCORIS does beside a core. */
        static LowRank ofColumns(Tensor columns, Tensor down, Tensor core) {
            Tensor matrix = matrix(columns);
            Tensor up = Tensor.zeros(Shape.of(matrix.dim(1), matrix.dim(0)));
            for (int i = 0; i < up.elementCount(); i++) {
                up.data()[i] = matrix.get(i % up.dim(1) * up.dim(0) + i / up.dim(1));
            }
            return new LowRank(up, down, core);
        }

        int rank() {
            return up.dim(1);
        }

        @Override
        public Shape shape() {
            return (core == null ? down.shape() : core.shape().with(1, down.dim(1))).with(0, up.dim(0));
        }

        @Override
        public Tensor expand(Frame caller) {
            if (core == null) {
                return Ops.matmul(caller, up, flattened(down));
            }
            int rank = rank();
            try (Frame frame = caller.frame()) {
                Tensor left = Ops.matmul(frame, up, flattened(core)); // [out, R kernel]
                Tensor byPlace = Ops.transpose(frame, left.reshape(up.dim(0), rank, left.dim(1) / rank));
                Tensor product = Ops.matmul(frame, byPlace.reshape(byPlace.elementCount() / rank, rank), down);
                return frame.keep(
                        Ops.transpose(frame, product.reshape(up.dim(0), product.dim(0) / up.dim(0), product.dim(1))));
            }
        }

        private static Tensor flattened(Tensor x) {
            return x.reshape(x.dim(0), x.elementCount() / x.dim(0));
        }
    }

    /** Two of low rank, multiplied element by element: LoHa (Hyeon-Woo et al., arXiv 2108.06098). */
    record Hadamard(LowRank first, LowRank second) implements Delta {
        public Hadamard {
            require(
                    first.shape().equals(second.shape()),
                    "a product of %s and %s, element by element",
                    first.shape(),
                    second.shape());
        }

        @Override
        public Shape shape() {
            return first.shape();
        }

        @Override
        public Tensor expand(Frame caller) {
            try (Frame frame = caller.frame()) {
                return frame.keep(Ops.multiply(frame, first.expand(frame), second.expand(frame)));
            }
        }
    }

    /**
     * Each number of the first times all of the second: LoKr (arXiv 2309.14859).
     *
     * @param first {@code [a, b]}
     * @param second {@code [c, d, kernel..]}; together {@code [a c, b d, kernel..]}
     */
    record Kronecker(Delta first, Delta second) implements Delta {
        public Kronecker {
            require(
                    first.shape().rank() == 2 && second.shape().rank() >= 2,
                    "a Kronecker product of %s and %s",
                    first.shape(),
                    second.shape());
        }

        @Override
        public Shape shape() {
            Shape small = first.shape();
            Shape large = second.shape();
            return large.with(0, Math.multiplyExact(small.dim(0), large.dim(0)))
                    .with(1, Math.multiplyExact(small.dim(1), large.dim(1)));
        }

        @Override
        public Tensor expand(Frame caller) {
            int rows = second.shape().dim(0);
            int width = second.shape().elementCount() / rows;
            try (Frame frame = caller.frame()) {
                Tensor small = first.expand(frame);
                Tensor large = second.expand(frame);
                Tensor y = frame.tensor(shape());
                int to = y.offset();
                for (int row = 0; row < y.dim(0) && !frame.isMeasuring(); row++) {
                    for (int column = 0; column < small.dim(1); column++) {
                        float factor = small.get(row / rows * small.dim(1) + column);
                        int from = row % rows * width;
                        for (int i = 0; i < width; i++) {
                            y.data()[to++] = factor * large.get(from + i);
                        }
                    }
                }
                return frame.keep(y);
            }
        }
    }

    /** {@code [A, B, 1..] -> [A, B]}. */
    private static Tensor matrix(Tensor x) {
        require(
                x.shape().rank() >= 2 && x.elementCount() == x.dim(0) * x.dim(1),
                "a factor %s, which is no matrix",
                x.shape());
        return x.reshape(x.dim(0), x.dim(1));
    }

    @SuppressWarnings("AnnotateFormatMethod") // its annotation would be a dependency
    private static void require(boolean holds, String what, Object... values) {
        if (!holds) {
            throw new IllegalArgumentException("cannot be made of " + what.formatted(values));
        }
    }
}
