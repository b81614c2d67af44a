package dev.reverie.tensor;

import dev.reverie.tensor.kernel.Panels;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A dense float32 array with a shape, row-major, channels last.
 *
 * <p>A tensor taken from a {@link Frame} is valid until that frame closes. In a measuring workspace tensors have
 * shapes and no data.
 */
public final class Tensor {
    private final Shape shape;
    private final float @Nullable [] data;
    private final int offset;
    /** The block of a workspace that this tensor and its views lie in; null for memory of the caller's own. */
    private final Workspace.@Nullable Block block;

    private Tensor(Shape shape, float @Nullable [] data, int offset, Workspace.@Nullable Block block) {
        this.shape = shape;
        this.data = data;
        this.offset = offset;
        this.block = block;
    }

    static Tensor lent(Shape shape, Workspace.Block block) {
        return new Tensor(shape, block.data, Panels.FIRST, block);
    }

    Workspace.@Nullable Block block() {
        return block;
    }

    /** Wraps {@code data}, no copy; its length must be at least the shape's element count. */
    public static Tensor of(Shape shape, float[] data) {
        if (data.length < shape.elementCount()) {
            throw new IllegalArgumentException("%d values for shape %s".formatted(data.length, shape));
        }
        return new Tensor(shape, data, 0, null);
    }

    /** A tensor of shape {@code [values.length]}. */
    public static Tensor of(float... values) {
        return new Tensor(Shape.of(values.length), values, 0, null);
    }

    /** A tensor of zeros outside any workspace: for weights and results. */
    public static Tensor zeros(Shape shape) {
        return new Tensor(shape, new float[shape.elementCount()], 0, null);
    }

    /** A tensor that only has a shape, as a measuring workspace lends them: for the weights of a plan. */
    public static Tensor measured(Shape shape) {
        return new Tensor(shape, null, 0, null);
    }

    public Shape shape() {
        return shape;
    }

    public int dim(int axis) {
        return shape.dim(axis);
    }

    public int elementCount() {
        return shape.elementCount();
    }

    /** Whether this tensor only has a shape, because its workspace or its scope of weights measures. */
    public boolean isMeasured() {
        return data == null;
    }

    /** The array behind this tensor, shared; elements start at {@link #offset()}. */
    public float[] data() {
        if (data == null) {
            throw new IllegalStateException("a measured tensor %s has no data".formatted(shape));
        }
        return data;
    }

    public int offset() {
        return offset;
    }

    /** The same elements in another shape of equal element count. */
    public Tensor reshape(Shape other) {
        if (other.elementCount() != shape.elementCount()) {
            throw new ShapeException("reshape: %s has not as many elements as %s".formatted(shape, other));
        }
        return new Tensor(other, data, offset, block);
    }

    public Tensor reshape(int... sizes) {
        return reshape(Shape.of(sizes));
    }

    /** Rows {@code from} up to and without {@code to} of the first axis; a view, no copy. */
    public Tensor rows(int from, int to) {
        if (from < 0 || to < from || to > shape.dim(0)) {
            throw new ShapeException("rows: %d to %d of %s".formatted(from, to, shape));
        }
        int stride = shape.dim(0) == 0 ? 0 : shape.elementCount() / shape.dim(0);
        return new Tensor(shape.with(0, to - from), data, offset + from * stride, block);
    }

    /** A copy of the elements. */
    public float[] toArray() {
        return Arrays.copyOfRange(data(), offset, offset + elementCount());
    }

    /** A copy that no workspace owns. */
    public Tensor detach() {
        return new Tensor(shape, toArray(), 0, null);
    }

    public float get(int index) {
        return data()[offset + index];
    }

    @Override
    public String toString() {
        return "Tensor" + shape;
    }
}
