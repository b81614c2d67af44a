package dev.reverie.tensor.io;

import static dev.reverie.tensor.io.CheckpointException.inFile;
import static dev.reverie.tensor.io.CheckpointException.inTensor;

import dev.reverie.tensor.DType;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A safetensors file: a JSON header and the tensors' bytes (github.com/huggingface/safetensors).
 *
 * <p>A file is mapped and its channel closed at once; nothing is read but the header until a tensor is asked for. Do
 * not write into the file while it is open: {@link #requireUnchanged} reports it, and a read of bytes that were cut off
 * ends with a {@link CheckpointException}. A file that another is renamed over stays readable.
 */
public final class Safetensors implements TensorSource {
    private static final int LARGE = 1 << 20;

    private final String name;
    private final MemorySegment data;
    private final SafetensorsHeader header;
    /** Of the mapping; null for memory of the caller's. */
    private final @Nullable Arena arena;

    private final @Nullable FileStamp stamp;
    private volatile boolean closed;

    private Safetensors(String name, MemorySegment bytes, @Nullable Arena arena, @Nullable FileStamp stamp)
            throws IOException {
        this.name = name;
        this.header = SafetensorsHeader.read(name, bytes);
        this.data = bytes.asSlice(header.dataStart());
        this.arena = arena;
        this.stamp = stamp;
    }

    /**
     * Maps a file and checks its header. A file within a jar, which cannot be mapped, is read.
     *
     * @throws CheckpointException if the file breaks a rule of the format
     * @throws IOException if it cannot be opened
     */
    public static Safetensors open(Path file) throws IOException {
        FileStamp stamp = FileStamp.of(file);
        if (!file.getFileSystem().equals(FileSystems.getDefault())) {
            return of(file.toString(), MemorySegment.ofArray(Files.readAllBytes(file)));
        }
        return map(file, stamp);
    }

    @SuppressWarnings("MustBeClosedChecker") // the arena lives as long as what is returned
    private static Safetensors map(Path file, FileStamp stamp) throws IOException {
        Arena arena = Arena.ofShared();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            MemorySegment bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            return new Safetensors(file.toString(), bytes, arena, stamp);
        } catch (InternalError fault) {
            arena.close();
            throw inFile(file.toString(), "was cut short while it was opened").because(fault);
        } catch (IOException | RuntimeException | Error e) {
            arena.close();
            throw e;
        }
    }

    /** Checks the header of a file that is in memory; {@code name} stands for it in messages. No copy is made. */
    public static Safetensors of(String name, MemorySegment bytes) throws IOException {
        return new Safetensors(name, bytes, null, null);
    }

    /** Reads a stream to its end, at most 2 GB; {@code name} stands for it in messages. The stream stays open. */
    public static Safetensors read(String name, InputStream in) throws IOException {
        return of(name, MemorySegment.ofArray(in.readAllBytes()));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Map<String, TensorEntry> entries() {
        return header.entries();
    }

    /** The free text of the header, {@code __metadata__}; empty where there is none. */
    public Map<String, String> metadata() {
        return header.metadata();
    }

    @Override
    public float[] floats(String tensor, long from, int count) throws IOException {
        TensorEntry entry = entry(tensor, from, count); // before memory is taken
        float[] values = new float[count];
        floats(tensor, from, count, values, 0);
        release(at(entry, from), at(entry, from + count));
        return values;
    }

    @Override
    public void floats(String tensor, long from, int count, float[] target, int at) throws IOException {
        requireOpen();
        TensorEntry entry = entry(tensor, from, count);
        if (!Elements.convertible(entry.dtype())) {
            throw inTensor(name, tensor, "has the unsupported dtype %s", entry.dtype());
        }
        try {
            Elements.toFloats(entry.dtype(), data, at(entry, from), target, at, count);
        } catch (InternalError fault) {
            throw cutShort(tensor, fault);
        }
    }

    @Override
    public MemorySegment stored(String tensor) {
        requireOpen();
        TensorEntry entry = entry(tensor, 0, 0);
        return data.asSlice(entry.begin(), entry.end() - entry.begin());
    }

    @Override
    public long[] longs(String tensor, long from, int count) throws IOException {
        requireOpen();
        TensorEntry entry = entry(tensor, from, count);
        if (entry.dtype() != DType.I64 && entry.dtype() != DType.I32) {
            throw inTensor(name, tensor, "has the dtype %s, not I64 or I32", entry.dtype());
        }
        long[] values = new long[count];
        try {
            Elements.toLongs(entry.dtype(), data, at(entry, from), values, 0, count);
        } catch (InternalError fault) {
            throw cutShort(tensor, fault);
        }
        return values;
    }

    @Override
    public void requireUnchanged() throws IOException {
        if (stamp != null) {
            stamp.requireUnchanged();
        }
    }

    @Override
    public synchronized void close() {
        if (!closed && arena != null) {
            arena.close();
        }
        closed = true;
    }

    /** What was read into an array of its own is not read again soon, and mapped pages count as this process's memory. */
    private void release(long from, long to) {
        if (data.isMapped() && to - from >= LARGE) {
            data.asSlice(from, to - from).unload();
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException(name + " is closed");
        }
    }

    private static long at(TensorEntry entry, long from) {
        return entry.begin() + from * (entry.dtype().bits() / 8);
    }

    /** The JVM reports a fault in a mapping as an InternalError. */
    private CheckpointException cutShort(String tensor, InternalError fault) {
        return inTensor(name, tensor, "cannot be read: the file was cut short while it was open")
                .because(fault);
    }
}
