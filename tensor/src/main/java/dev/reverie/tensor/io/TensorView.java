package dev.reverie.tensor.io;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a tensor is made of: elements of another one that lie side by side, in another shape, perhaps transposed.
 *
 * @param source name of the other tensor
 * @param from first element taken of it, row-major
 * @param shape of the result
 * @param isTransposed whether the elements are a matrix {@code [n, m]} whose transpose is the result {@code [m, n]}
 */
public record TensorView(String source, long from, List<Long> shape, boolean isTransposed) {
    public TensorView {
        shape = List.copyOf(shape);
        if (from < 0 || shape.stream().anyMatch(size -> size < 0)) {
            throw new IllegalArgumentException("shape %s from %d is not a view".formatted(shape, from));
        }
        if (isTransposed && shape.size() != 2) {
            throw new IllegalArgumentException("only matrices are transposed, not shape %s".formatted(shape));
        }
    }

    /** The tensor as it is. */
    public static TensorView of(TensorEntry tensor) {
        return new TensorView(tensor.name(), 0, tensor.shape(), false);
    }

    /** Part {@code index} of {@code count} parts of equal size, cut along the first axis. */
    public TensorView part(int index, int count) {
        List<Long> part = new ArrayList<>(shape);
        part.set(0, shape.getFirst() / count);
        return new TensorView(source, from + index * elementCount(part), part, isTransposed);
    }

    /** The same elements in another shape. */
    public TensorView reshaped(List<Long> other) {
        return new TensorView(source, from, other, isTransposed);
    }

    /** The transpose of a matrix. */
    public TensorView transposed() {
        return new TensorView(source, from, shape.reversed(), !isTransposed);
    }

    long elementCount() {
        return elementCount(shape);
    }

    private static long elementCount(List<Long> shape) {
        return shape.stream().reduce(1L, Math::multiplyExact);
    }

    /** Where an element of the transpose {@code [rows, columns]} is among those of {@code [columns, rows]}. */
    int place(long element) {
        long rows = shape.getFirst();
        long columns = shape.getLast();
        return (int) (element % columns * rows + element / columns);
    }

    /** The entry of this view, or null where {@code whole} has not so many elements. */
    @Nullable
    TensorEntry entry(String name, TensorEntry whole) {
        long count = elementCount();
        if (from > whole.elementCount() - count) {
            return null;
        }
        long begin = whole.begin() + from * whole.dtype().bits() / 8;
        return new TensorEntry(
                name, whole.dtype(), shape, begin, begin + count * whole.dtype().bits() / 8);
    }
}
