package dev.reverie.tensor.io;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One file of named tensors, checked when it was opened. Safe for use by several threads. */
public interface TensorSource extends AutoCloseable {
    /**
     * Opens a file of tensors, safetensors or a PyTorch checkpoint, whatever its name ends with.
     *
     * @throws CheckpointException if the file breaks its format
     * @throws IOException if it cannot be opened
     */
    static TensorSource open(Path file) throws IOException {
        return CheckpointFiles.openOne(file);
    }

    /** Name of the file, for messages. */
    String name();

    /** All tensors by name, in the file's order; unmodifiable. */
    Map<String, TensorEntry> entries();

    /**
     * Elements {@code from} up to and without {@code from + count} of a tensor in row-major order, as float32.
     *
     * <p>Types of up to 32 bits convert exactly, but for I32; that, I64 and F64 are rounded to the nearest float32.
     *
     * @throws CheckpointException if the type has no conversion, or the file was cut short since it was opened
     * @throws IllegalArgumentException if there is no such tensor, or the range is not within it
     */
    float[] floats(String tensor, long from, int count) throws IOException;

    /** The same into {@code target[at ..]}. */
    default void floats(String tensor, long from, int count, float[] target, int at) throws IOException {
        System.arraycopy(floats(tensor, from, count), 0, target, at, count);
    }

    /**
     * The bytes of a tensor where its elements lie side by side, little-endian, perhaps in a mapping: to be copied in
     * bulk only, since a vector load from a file cut short would end the JVM. Null where there are no such bytes.
     *
     * @throws IllegalArgumentException if there is no such tensor
     */
    default @Nullable MemorySegment stored(String tensor) {
        return null;
    }

    /**
     * Elements of a tensor of type I64 or I32, as they are.
     *
     * @throws CheckpointException if the type is another, or the file was cut short since it was opened
     * @throws IllegalArgumentException if there is no such tensor, or the range is not within it
     */
    long[] longs(String tensor, long from, int count) throws IOException;

    /**
     * Checks that nobody wrote into the file since it was opened. A file replaced by a rename passes: what is open
     * stays the old one.
     *
     * @throws CheckpointException if its size or time of change is another
     */
    void requireUnchanged() throws IOException;

    /** Gives the file back; a second call does nothing. Reads after it end with {@link IllegalStateException}. */
    @Override
    void close() throws IOException;

    /** The entry of a tensor, for a range of its elements that is checked. */
    default TensorEntry entry(String tensor, long from, int count) {
        TensorEntry entry = entries().get(tensor);
        if (entry == null) {
            throw new IllegalArgumentException(name() + " has no tensor " + CheckpointException.quoted(tensor));
        }
        if (from < 0 || count < 0 || from > entry.elementCount() - count) {
            throw new IllegalArgumentException(CheckpointException.text(
                    "%s: tensor \"%s\" has %,d elements, not %,d from %,d",
                    name(), tensor, entry.elementCount(), count, from));
        }
        return entry;
    }
}
