package dev.reverie.tensor;

import java.io.UncheckedIOException;

/**
 * A matrix of weights where a checkpoint has it: row-major numbers of the file's own type, copied out in runs. Safe for
 * use by several threads.
 *
 * <p>All methods that read throw {@link UncheckedIOException} when the file was cut short, and {@link
 * IllegalStateException} when it was closed.
 */
public interface StoredMatrix {
    /** {@code [out, in]}; further axes count as part of {@code in}. */
    Shape shape();

    DType dtype();

    /** What numbers are multiplied with: a factor a row, or one for all, or none. */
    default float[] scales() {
        return new float[0];
    }

    /** Copies {@code count} numbers of 16 bits from element {@code from} on to the beginning of {@code target}. */
    default void copy(long from, short[] target, int count) {
        throw new UnsupportedOperationException(dtype() + " is not of 16 bits");
    }

    /** The same with numbers of 8 bits. */
    default void copy(long from, byte[] target, int count) {
        throw new UnsupportedOperationException(dtype() + " is not of 8 bits");
    }

    /** Converts {@code count} numbers from element {@code from} on, not yet scaled, into {@code target[at ..]}. */
    void floats(long from, float[] target, int at, int count);

    /** Lets go of pages of a mapping, which count as this process's memory until then; the next read gets them back. */
    default void release() {}
}
