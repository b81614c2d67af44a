package dev.reverie.tensor.io;

import dev.reverie.tensor.DType;
import dev.reverie.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a file says about one of its tensors.
 *
 * @param shape sizes, outermost axis first; their product fits a long
 * @param begin first byte of the data: of safetensors counted from the end of the header, of a pickle archive from the
 *     start of the tensor's storage
 * @param end the byte after the last
 */
public record TensorEntry(String name, DType dtype, List<Long> shape, long begin, long end) {
    public TensorEntry {
        shape = List.copyOf(shape);
    }

    /** Product of the sizes. */
    public long elementCount() {
        long count = 1;
        for (long size : shape) {
            count = Math.multiplyExact(count, size);
        }
        return count;
    }

    boolean hasShape(Shape wanted) {
        return shape.equals(
                Arrays.stream(wanted.toArray()).asLongStream().boxed().toList());
    }

    /** The shape as tensors have it, or null where it has 2^31 or more elements. */
    public @Nullable Shape tensorShape() {
        try {
            return Shape.of(shape.stream().mapToInt(Math::toIntExact).toArray());
        } catch (ArithmeticException | IllegalArgumentException tooLarge) {
            return null;
        }
    }
}
