package dev.reverie.tensor.io;

import dev.reverie.tensor.DType;
import java.util.ArrayList;
import java.util.List;

/**
 * A tensor of a PyTorch pickle: a strided view of a storage.
 *
 * @param offset first element in the storage
 * @param strides steps of the axes, in elements
 */
record PickledTensor(Storage storage, long offset, List<Long> shape, List<Long> strides) {
    private static final int MAX_RANK = 64;

    /**
     * A run of elements, a file of its own in the archive.
     *
     * @param key name of that file
     */
    record Storage(DType dtype, String key, long count) {}

    /** What the archive says of this tensor, once it is known to lie in its storage. */
    TensorEntry checked(String file, String name) throws CheckpointException {
        if (shape.size() != strides.size() || shape.size() > MAX_RANK) {
            throw CheckpointException.inTensor(
                    file, name, "has %d sizes and %d strides, of at most %d", shape.size(), strides.size(), MAX_RANK);
        }
        try {
            long count = 1;
            long last = offset;
            for (int axis = 0; axis < shape.size(); axis++) {
                requireNotNegative(shape.get(axis), strides.get(axis));
                count = Math.multiplyExact(count, shape.get(axis));
                last = Math.addExact(last, Math.multiplyExact(shape.get(axis) - 1, strides.get(axis)));
            }
            requireNotNegative(offset, offset);
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

    private static void requireNotNegative(long a, long b) {
        if (a < 0 || b < 0) {
            throw new ArithmeticException("negative");
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
        List<Long> reversed = new ArrayList<>(shape).reversed();
        List<Long> steps = new ArrayList<>(strides).reversed();
        long[] places = new long[count];
        for (int i = 0; i < count; i++) {
            long rest = from + i;
            for (int axis = 0; axis < reversed.size(); axis++) {
                places[i] += rest % reversed.get(axis) * steps.get(axis);
                rest /= reversed.get(axis);
            }
        }
        return places;
    }
}
