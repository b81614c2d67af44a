package dev.reverie.tensor.io;

import dev.reverie.tensor.DType;
import java.util.List;
import java.util.stream.Stream;

/**
 * A tensor of a PyTorch pickle: a strided view of a storage.
 *
 * @param offset first element in the storage
 * @param strides steps of the axes, in elements
 */
record PickledTensor(Storage storage, long offset, List<Long> shape, List<Long> strides) {
    static final int MAX_RANK = 64;

    /**
     * A run of elements, a file of its own in the archive.
     *
     * @param key name of that file
     */
    record Storage(DType dtype, String key, long count) {}

    /** What the archive says of this tensor, once it is known to lie in its storage. */
    TensorEntry checked(String file, String name) throws CheckpointException {
        if (shape.size() != strides.size()) {
            throw CheckpointException.inTensor(file, name, "has %d sizes and %d strides", shape.size(), strides.size());
        }
        if (offset < 0 || Stream.concat(shape.stream(), strides.stream()).anyMatch(number -> number < 0)) {
            throw CheckpointException.inTensor(
                    file, name, "has negative numbers: shape %s, strides %s, offset %d", shape, strides, offset);
        }
        try {
            long count = 1;
            long last = offset;
            for (int axis = 0; axis < shape.size(); axis++) {
                count = Math.multiplyExact(count, shape.get(axis));
                last = Math.addExact(last, Math.multiplyExact(shape.get(axis) - 1, strides.get(axis)));
            }
            long end = count == 0 ? offset : Math.addExact(last, 1);
            if (end > storage.count || count > storage.count) {
                throw CheckpointException.inTensor(
                        file,
                        name,
                        "has %,d elements up to element %,d of storage \"%s\", which has %,d",
                        count,
                        end,
                        storage.key,
                        storage.count);
            }
            int width = storage.dtype.bits() / 8;
            return new TensorEntry(name, storage.dtype, shape, offset * width, end * width);
        } catch (ArithmeticException overflow) {
            throw CheckpointException.inTensor(
                    file, name, "has sizes that overflow: shape %s, strides %s, offset %d", shape, strides, offset);
        }
    }

    /** Whether the elements lie in the storage as they count, row-major. */
    boolean isContiguous() {
        long step = 1;
        for (int axis = shape.size() - 1; axis >= 0; axis--) {
            if (shape.get(axis) != 1 && strides.get(axis) != step) {
                return false;
            }
            step *= shape.get(axis);
        }
        return true;
    }

    /** Places in the storage, counted from {@link #offset}, of {@code count} elements from {@code from} on. */
    long[] places(long from, int count) {
        long[] sizes = shape.stream().mapToLong(Long::longValue).toArray();
        long[] steps = strides.stream().mapToLong(Long::longValue).toArray();
        long[] places = new long[count];
        for (int i = 0; i < count; i++) {
            long rest = from + i;
            for (int axis = sizes.length - 1; axis >= 0; axis--) {
                places[i] += rest % sizes[axis] * steps[axis];
                rest /= sizes[axis];
            }
        }
        return places;
    }
}
