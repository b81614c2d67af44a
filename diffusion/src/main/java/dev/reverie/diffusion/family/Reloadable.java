package dev.reverie.diffusion.family;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ref.WeakReference;
import org.jspecify.annotations.Nullable;

/**
 * A part of a model that may be let go of, and is then read again when it is next asked for; not while somebody still has
 * it, so that it is never there twice. Threads may share it.
 */
final class Reloadable<T> {
    /** Reads the part from the model's files. */
    @FunctionalInterface
    interface Reader<T> {
        T read() throws IOException;
    }

    private final Reader<T> reader;
    private final long weightBytes;
    /** Null while it is let go. */
    private @Nullable T part;
    /** The same, or what others may still have. */
    private WeakReference<T> last;

    /** @param weightBytes of the part, as it is held */
    Reloadable(T part, long weightBytes, Reader<T> reader) {
        this.part = part;
        this.last = new WeakReference<>(part);
        this.weightBytes = weightBytes;
        this.reader = reader;
    }

    /** What letting go gives back; 0 where it is done. */
    synchronized long heldBytes() {
        return part == null ? 0 : weightBytes;
    }

    /**
     * The part.
     *
     * @throws UncheckedIOException if it was let go of and its files cannot be read any more
     */
    synchronized T get() {
        T there = part == null ? last.get() : part;
        if (there == null) {
            try {
                there = reader.read();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            last = new WeakReference<>(there);
        }
        part = there;
        return there;
    }

    /** Whoever has the part goes on with it. */
    synchronized void release() {
        part = null;
    }
}
