package dev.reverie.tensor.io;

import dev.reverie.tensor.ConvGeometry;
import dev.reverie.tensor.DType;
import dev.reverie.tensor.Filter;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.Weight;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A checkpoint's tensors as layers want them: of a given shape, scaled, patched, and packed for their kernels. One that
 * is not as wanted is noted in the report, and zeros take its place.
 */
final class TensorLoader {
    private final Map<String, LocatedTensor> tensors;
    private final LoadingReport report;
    private final AtomicLong mappedBytes = new AtomicLong();
    private volatile @Nullable TensorPatch patch;

    TensorLoader(Map<String, LocatedTensor> tensors, LoadingReport report) {
        this.tensors = tensors;
        this.report = report;
    }

    /** Changes tensors as they are read from now on. */
    void patch(TensorPatch changes) {
        patch = changes;
    }

    boolean isPatched() {
        return patch != null;
    }

    boolean isPatched(String tensor) {
        TensorPatch changes = patch;
        return changes != null && changes.changes(tensor);
    }

    /** Bytes of the matrices that were made to stay in their file. */
    long mappedBytes() {
        return mappedBytes.get();
    }

    /** What the file says of the tensor, or null where there is none. */
    @Nullable
    TensorEntry entry(String tensor) {
        LocatedTensor located = tensors.get(tensor);
        return located == null ? null : located.entry();
    }

    Tensor tensor(String tensor, Shape shape) {
        return tensor(tensor, shape, true);
    }

    /** @param scaled whether numbers of 8 bits are scaled, and changed by a patch */
    private Tensor tensor(String tensor, Shape shape, boolean scaled) {
        LocatedTensor located = wanted(tensor, shape);
        if (located != null) {
            try {
                float[] values = located.floats();
                float[] scales = scales(tensor, located.entry());
                if (scaled) {
                    RowScales.apply(scales, values);
                }
                return scaled ? patched(tensor, Tensor.of(shape, values)) : Tensor.of(shape, values);
            } catch (IOException e) {
                report.note(e);
            }
        }
        return Tensor.zeros(shape);
    }

    private Tensor patched(String tensor, Tensor values) {
        TensorPatch changes = patch;
        if (changes != null && changes.changes(tensor)) {
            changes.apply(tensor, values);
        }
        return values;
    }

    /** Integers as they are. */
    long[] longs(String tensor, Shape shape) {
        LocatedTensor located = wanted(tensor, shape);
        if (located != null) {
            try {
                return located.longs();
            } catch (IOException e) {
                report.note(e);
            }
        }
        return new long[shape.elementCount()];
    }

    /** A matrix. */
    Weight weight(String tensor, Shape shape, Residency residency) {
        return read(
                tensor,
                shape,
                stored -> switch (residency) {
                    case FLOAT32 -> Weight.of(stored);
                    case AS_STORED -> Weight.canPack(stored.dtype()) ? Weight.packed(stored) : Weight.of(stored);
                    case MAPPED -> mapped(stored);
                },
                () -> tensor(tensor, shape),
                Weight::of);
    }

    private Weight mapped(StoredTensor stored) {
        long width = Residency.MAPPED.bytesPerElement(stored.dtype());
        mappedBytes.addAndGet(width * stored.shape().elementCount());
        return Weight.mapped(stored);
    }

    /** A convolution's weight. */
    Filter filter(String tensor, Shape shape, ConvGeometry geometry, Residency residency) {
        if (!Filter.canStream(shape, geometry)) {
            return Filter.of(tensor(tensor, shape), geometry);
        }
        return read(
                tensor,
                shape,
                stored -> Filter.of(stored, geometry, residency != Residency.FLOAT32),
                () -> tensor(tensor, shape),
                values -> Filter.of(values, geometry));
    }

    /** A convolution's weight of rows in those directions and of those lengths. */
    Filter normedFilter(Tensor lengths, String directions, Shape shape, ConvGeometry geometry) {
        if (!Filter.canStream(shape, geometry)) {
            return Filter.of(normed(lengths, directions, shape), geometry);
        }
        return read(
                directions,
                shape,
                stored -> Filter.of(new NormedRows(stored, lengths), geometry, false),
                () -> normed(lengths, directions, shape),
                values -> Filter.of(values, geometry));
    }

    /** Rows in those directions and of those lengths. */
    Tensor normed(Tensor lengths, String directions, Shape shape) {
        Tensor rows = tensor(directions, shape, false); // the norm cancels a row's scale
        int count = lengths.elementCount();
        if (count > 0) {
            int width = rows.elementCount() / count;
            NormedRows.normalise(rows.data(), 0, rows.elementCount(), width, lengths, 0);
        }
        return rows;
    }

    /** What is made of a tensor's bytes where they lie, or of its numbers where they must be read as a whole. */
    private <T> T read(
            String tensor,
            Shape shape,
            Function<StoredTensor, T> ofStored,
            Supplier<Tensor> whole,
            Function<Tensor, T> ofValues) {
        try {
            StoredTensor stored = isPatched(tensor) ? null : stored(tensor, shape); // a patch adds to floats
            if (stored == null) {
                return ofValues.apply(whole.get());
            }
            T made = ofStored.apply(stored);
            stored.release();
            return made;
        } catch (UncheckedIOException e) {
            report.note(Objects.requireNonNull(e.getCause()));
        } catch (IOException e) {
            report.note(e);
        }
        return ofValues.apply(Tensor.zeros(shape));
    }

    /** Null where the tensor is not as wanted, or must be read as a whole. */
    private @Nullable StoredTensor stored(String tensor, Shape shape) throws IOException {
        LocatedTensor located = tensors.get(tensor);
        if (located == null
                || !located.entry().hasShape(shape)
                || !Elements.convertible(located.entry().dtype())) {
            return null;
        }
        MemorySegment bytes = located.stored();
        if (bytes == null) {
            return null;
        }
        DType dtype = located.entry().dtype();
        markRead(tensor, dtype);
        float[] scales = scales(tensor, located.entry());
        return new StoredTensor(located.source().name(), tensor, dtype, shape, bytes, scales);
    }

    /** Where the tensor of that shape lies, or null and a noted fault. */
    private @Nullable LocatedTensor wanted(String tensor, Shape shape) {
        LocatedTensor located = tensors.get(tensor);
        if (located == null) {
            report.note(tensor, "is missing; the model wants it with shape " + shape);
            return null;
        }
        markRead(tensor, located.entry().dtype());
        if (!located.entry().hasShape(shape)) {
            report.note(tensor, "has shape " + located.entry().shape() + "; the model wants " + shape);
            return null;
        }
        return located;
    }

    private void markRead(String tensor, DType dtype) {
        report.markRead(tensor);
        if (RowScales.mayScale(dtype)) {
            report.markRead(tensor + RowScales.SUFFIX);
        }
    }

    /** A factor for each row, or one for all, or none; none and a noted fault where there is another number of them. */
    private float[] scales(String tensor, TensorEntry entry) throws IOException {
        String name = tensor + RowScales.SUFFIX;
        LocatedTensor scales = RowScales.mayScale(entry.dtype()) ? tensors.get(name) : null;
        if (scales == null) {
            return RowScales.NONE;
        }
        long rows = entry.shape().isEmpty() ? 1 : entry.shape().getFirst();
        long count = scales.entry().elementCount();
        if (count != 1 && count != rows) {
            report.note(name, "has " + count + " values; it must have one, or one for each of " + rows + " rows");
            return RowScales.NONE;
        }
        return scales.floats();
    }
}
