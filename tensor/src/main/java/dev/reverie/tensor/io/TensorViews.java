package dev.reverie.tensor.io;

import static dev.reverie.tensor.io.CheckpointException.inTensor;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Another source's tensors under other names: whole, in parts, transposed. Closes with that source. */
public final class TensorViews implements TensorSource {
    private final TensorSource source;
    private final Map<String, TensorView> views;
    private final Map<String, TensorEntry> entries;

    /**
     * @param views by the names that the tensors have here
     * @throws CheckpointException if a view's tensor is not there, or has fewer elements
     */
    public TensorViews(TensorSource source, Map<String, TensorView> views) throws CheckpointException {
        this.source = source;
        this.views = Map.copyOf(views);
        Map<String, TensorEntry> entries = new LinkedHashMap<>();
        for (Map.Entry<String, TensorView> view : views.entrySet()) {
            entries.put(view.getKey(), entryOf(view.getKey(), view.getValue()));
        }
        this.entries = Collections.unmodifiableMap(entries);
    }

    private TensorEntry entryOf(String name, TensorView view) throws CheckpointException {
        TensorEntry whole = source.entries().get(view.source());
        if (whole == null) {
            throw inTensor(source.name(), view.source(), "is missing");
        }
        TensorEntry entry = view.entry(name, whole);
        if (entry == null) {
            throw inTensor(
                    source.name(), view.source(), "has shape %s, of which %s cannot be taken", whole.shape(), view);
        }
        return entry;
    }

    @Override
    public String name() {
        return source.name();
    }

    @Override
    public Map<String, TensorEntry> entries() {
        return entries;
    }

    @Override
    public float[] floats(String tensor, long from, int count) throws IOException {
        TensorEntry entry = entry(tensor, from, count);
        TensorView view = view(tensor);
        if (!view.isTransposed()) {
            return source.floats(view.source(), view.from() + from, count);
        }
        float[] block = source.floats(view.source(), view.from(), Math.toIntExact(entry.elementCount()));
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = block[view.place(from + i)];
        }
        return values;
    }

    @Override
    public long[] longs(String tensor, long from, int count) throws IOException {
        TensorEntry entry = entry(tensor, from, count);
        TensorView view = view(tensor);
        if (!view.isTransposed()) {
            return source.longs(view.source(), view.from() + from, count);
        }
        long[] block = source.longs(view.source(), view.from(), Math.toIntExact(entry.elementCount()));
        long[] values = new long[count];
        for (int i = 0; i < count; i++) {
            values[i] = block[view.place(from + i)];
        }
        return values;
    }

    @Override
    public @Nullable MemorySegment stored(String tensor) {
        TensorEntry entry = entry(tensor, 0, 0);
        TensorView view = view(tensor);
        MemorySegment whole = view.isTransposed() ? null : source.stored(view.source());
        long width = entry.dtype().bits() / 8;
        return whole == null || width == 0 ? null : whole.asSlice(view.from() * width, entry.elementCount() * width);
    }

    private TensorView view(String tensor) {
        return Objects.requireNonNull(views.get(tensor));
    }

    @Override
    public void requireUnchanged() throws IOException {
        source.requireUnchanged();
    }

    @Override
    public void close() throws IOException {
        source.close();
    }
}
