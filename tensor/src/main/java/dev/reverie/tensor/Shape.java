package dev.reverie.tensor;

import java.util.Arrays;
import java.util.stream.Collectors;

/** Sizes of a tensor's axes, outermost first. A shape holds fewer than 2^31 elements; zero is a valid size. */
public final class Shape {
    private final int[] sizes;
    private final int elementCount;

    private Shape(int[] sizes) {
        long count = 1;
        for (int size : sizes) {
            if (size < 0) {
                throw new IllegalArgumentException("shape %s has a negative size".formatted(Arrays.toString(sizes)));
            }
            count = Math.multiplyExact(count, (long) size);
            if (count > Integer.MAX_VALUE) {
                throw new IllegalArgumentException(
                        "shape %s has 2^31 or more elements; tile it".formatted(Arrays.toString(sizes)));
            }
        }
        this.sizes = sizes;
        this.elementCount = (int) count;
    }

    /** A shape of the given sizes; none makes a scalar. */
    public static Shape of(int... sizes) {
        return new Shape(sizes.clone());
    }

    public int rank() {
        return sizes.length;
    }

    /** Size of one axis; negative axes count from the end, -1 being the last. */
    public int dim(int axis) {
        int index = axis < 0 ? axis + sizes.length : axis;
        if (index < 0 || index >= sizes.length) {
            throw new IllegalArgumentException("shape %s has no axis %d".formatted(this, axis));
        }
        return sizes[index];
    }

    public int elementCount() {
        return elementCount;
    }

    /** Product of the sizes from axis {@code from} on, up to and without {@code to}. */
    public int product(int from, int to) {
        int product = 1;
        for (int axis = from; axis < to; axis++) {
            product *= sizes[axis];
        }
        return product;
    }

    /** Number of rows when all axes but the last are one. */
    public int rows() {
        return product(0, sizes.length - 1);
    }

    /** This shape with another size of one axis; negative axes count from the end. */
    public Shape with(int axis, int size) {
        int[] changed = sizes.clone();
        changed[axis < 0 ? axis + sizes.length : axis] = size;
        return new Shape(changed);
    }

    public int[] toArray() {
        return sizes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Shape shape && Arrays.equals(sizes, shape.sizes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(sizes);
    }

    /** For example {@code [1, 77, 768]}. */
    @Override
    public String toString() {
        return Arrays.stream(sizes).mapToObj(Integer::toString).collect(Collectors.joining(", ", "[", "]"));
    }
}
