package dev.reverie.tensor.io;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** Where a tensor of a checkpoint lies; its name there may differ from the checkpoint's own for it. */
record LocatedTensor(TensorSource source, TensorEntry entry) {

    /** All elements, fewer than 2^31, as float32. */
    float[] floats() throws IOException {
        return source.floats(entry.name(), 0, Math.toIntExact(entry.elementCount()));
    }

    /** All elements, fewer than 2^31, of type I64 or I32. */
    long[] longs() throws IOException {
        return source.longs(entry.name(), 0, Math.toIntExact(entry.elementCount()));
    }

    /** As {@link TensorSource#stored} has them. */
    @Nullable
    MemorySegment stored() {
        return source.stored(entry.name());
    }
}
