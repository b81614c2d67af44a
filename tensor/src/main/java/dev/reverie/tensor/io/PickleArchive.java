package dev.reverie.tensor.io;

import static dev.reverie.tensor.io.CheckpointException.inFile;
import static dev.reverie.tensor.io.CheckpointException.inTensor;
import static dev.reverie.tensor.io.CheckpointException.quoted;

import dev.reverie.tensor.DType;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * A PyTorch checkpoint ({@code .pth}, {@code .pt}, {@code .ckpt}, {@code .bin}): a zip archive of a pickle and one
 * stored file per storage (pytorch, caffe2/serialize/inline_container.h; torch 1.6 and later).
 *
 * <p>The pickle is read as data, and only state dictionaries are: nested dictionaries and lists of tensors. The name of
 * a tensor is its keys joined by dots; a file that is one bare tensor names it {@value #ROOT}. What is not a tensor is
 * left out.
 */
public final class PickleArchive implements TensorSource {
    /** Name of the tensor in a file that holds nothing else. */
    public static final String ROOT = "tensor";

    private static final String PICKLE = "data.pkl";
    private static final long MAX_PICKLE_BYTES = 64_000_000;
    private static final int CHUNK_BYTES = 1 << 16;

    private final String name;
    private final FileStamp stamp;
    private final ZipFile zip;
    /** Path of the pickle's folder in the archive, empty or with a slash at its end. */
    private final String folder;

    private final Map<String, PickledTensor> tensors;
    private final Map<String, TensorEntry> entries;

    private PickleArchive(FileStamp stamp, ZipFile zip) throws IOException {
        this.name = stamp.file().toString();
        this.stamp = stamp;
        this.zip = zip;
        this.folder = folderOf(requireStored());
        requireLittleEndian();
        this.tensors = StateDict.flatten(name, Unpickler.read(name, smallFile(PICKLE)));
        this.entries = Collections.unmodifiableMap(checkedEntries());
    }

    /** Opens an archive and reads its pickle. */
    public static PickleArchive open(Path file) throws IOException {
        FileStamp stamp = FileStamp.of(file);
        requireZip(file);
        try {
            return read(stamp);
        } catch (ZipException | EOFException damaged) {
            throw inFile(file.toString(), "is a damaged zip archive, perhaps half of a download: fetch it again")
                    .because(damaged);
        }
    }

    private static PickleArchive read(FileStamp stamp) throws IOException {
        ZipFile zip = new ZipFile(stamp.file().toFile());
        try {
            return new PickleArchive(stamp, zip);
        } catch (IOException | RuntimeException | Error e) {
            zip.close();
            throw e;
        }
    }

    private static void requireZip(Path file) throws IOException {
        ForeignFormat format = ForeignFormat.of(file);
        if (format != ForeignFormat.ZIP) {
            throw inFile(
                    file.toString(),
                    "%s",
                    format == null ? "is not a zip archive, as PyTorch writes" : format.advice());
        }
    }

    /** Names in the archive; every file in it must be stored as it is, which leaves no room for bombs. */
    private Set<String> requireStored() throws IOException {
        Set<String> names = new HashSet<>();
        long bytes = 0;
        for (ZipEntry file : Collections.list(zip.entries())) {
            if (file.getMethod() != ZipEntry.STORED || file.getSize() != file.getCompressedSize()) {
                throw inFile(name, "%s is compressed, which PyTorch never does", quoted(file.getName()));
            }
            if (!names.add(file.getName())) {
                throw inFile(name, "%s is in the archive twice", quoted(file.getName()));
            }
            if (file.getSize() < 0 || file.getSize() > stamp.size() - bytes) {
                throw inFile(name, "its files have more bytes than the archive's %,d", stamp.size());
            }
            bytes += file.getSize();
        }
        return names;
    }

    private String folderOf(Set<String> names) throws CheckpointException {
        String[] pickles = names.stream()
                .filter(file -> file.equals(PICKLE) || file.endsWith("/" + PICKLE))
                .toArray(String[]::new);
        if (pickles.length != 1) {
            throw inFile(name, "is a zip archive with %d files data.pkl; a PyTorch checkpoint has one", pickles.length);
        }
        String path = pickles[0].substring(0, pickles[0].length() - PICKLE.length());
        if (names.contains(path + "constants.pkl")) {
            throw inFile(name, "is a TorchScript program; save its state_dict() instead");
        }
        return path;
    }

    private void requireLittleEndian() throws IOException {
        if (zip.getEntry(folder + "byteorder") != null) {
            String order = new String(smallFile("byteorder"), StandardCharsets.ISO_8859_1);
            if (!order.equals("little")) {
                throw inFile(name, "has the byte order %s, not \"little\"", quoted(order));
            }
        }
    }

    private byte[] smallFile(String file) throws IOException {
        ZipEntry entry = zip.getEntry(folder + file);
        if (entry.getSize() > MAX_PICKLE_BYTES) {
            throw inFile(name, "its %s has %,d bytes, at most %,d", file, entry.getSize(), MAX_PICKLE_BYTES);
        }
        try (InputStream in = zip.getInputStream(entry)) {
            return in.readAllBytes();
        }
    }

    private Map<String, TensorEntry> checkedEntries() throws CheckpointException {
        Map<String, TensorEntry> checked = new LinkedHashMap<>();
        for (Map.Entry<String, PickledTensor> tensor : tensors.entrySet()) {
            PickledTensor.Storage storage = tensor.getValue().storage();
            ZipEntry file = zip.getEntry(storageFile(storage));
            long width = storage.dtype().bits() / 8;
            if (file == null || file.getSize() % width != 0 || file.getSize() / width != storage.count()) {
                throw inTensor(
                        name,
                        tensor.getKey(),
                        "lies in storage %s of %,d elements of %s, but the archive has %s",
                        quoted(storage.key()),
                        storage.count(),
                        storage.dtype(),
                        file == null ? "no such file" : CheckpointException.text("%,d bytes of it", file.getSize()));
            }
            checked.put(tensor.getKey(), tensor.getValue().checked(name, tensor.getKey()));
        }
        return checked;
    }

    private String storageFile(PickledTensor.Storage storage) {
        return folder + "data/" + storage.key();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Map<String, TensorEntry> entries() {
        return entries;
    }

    @Override
    public float[] floats(String tensor, long from, int count) throws IOException {
        entry(tensor, from, count);
        PickledTensor view = view(tensor);
        if (view.isContiguous()) {
            return floatRun(tensor, view, from, count);
        }
        long[] places = view.places(from, count);
        long first = Arrays.stream(places).min().orElse(0);
        float[] run = floatRun(tensor, view, first, span(tensor, places, first));
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = run[(int) (places[i] - first)];
        }
        return values;
    }

    @Override
    public long[] longs(String tensor, long from, int count) throws IOException {
        DType dtype = entry(tensor, from, count).dtype();
        if (dtype != DType.I64 && dtype != DType.I32) {
            throw inTensor(name, tensor, "has the dtype %s, not I64 or I32", dtype);
        }
        PickledTensor view = view(tensor);
        if (view.isContiguous()) {
            return longRun(tensor, view, from, count);
        }
        long[] places = view.places(from, count);
        long first = Arrays.stream(places).min().orElse(0);
        long[] run = longRun(tensor, view, first, span(tensor, places, first));
        for (int i = 0; i < count; i++) {
            places[i] = run[(int) (places[i] - first)];
        }
        return places;
    }

    private PickledTensor view(String tensor) {
        return Objects.requireNonNull(tensors.get(tensor));
    }

    private int span(String tensor, long[] places, long first) throws CheckpointException {
        long span = Arrays.stream(places).max().orElse(first - 1) + 1 - first;
        if (span > Integer.MAX_VALUE - 8) {
            throw inTensor(name, tensor, "is spread over %,d elements; at most 2^31 can be read at once", span);
        }
        return (int) span;
    }

    private float[] floatRun(String tensor, PickledTensor view, long first, int count) throws IOException {
        DType dtype = view.storage().dtype();
        float[] values = new float[count];
        readRun(tensor, view, first, count, (bytes, at, n) -> Elements.toFloats(dtype, bytes, 0, values, at, n));
        return values;
    }

    private long[] longRun(String tensor, PickledTensor view, long first, int count) throws IOException {
        DType dtype = view.storage().dtype();
        long[] values = new long[count];
        readRun(tensor, view, first, count, (bytes, at, n) -> Elements.toLongs(dtype, bytes, 0, values, at, n));
        return values;
    }

    /** Takes {@code count} elements, the first of which is element {@code at} of the run. */
    private interface Sink {
        void take(MemorySegment bytes, int at, int count);
    }

    /** Reads neighbours in the storage, {@code first} counted from the view's offset. */
    private void readRun(String tensor, PickledTensor view, long first, int count, Sink sink) throws IOException {
        int width = view.storage().dtype().bits() / 8;
        byte[] chunk = new byte[(int) Math.min(CHUNK_BYTES, (long) count * width)];
        ZipEntry file = zip.getEntry(storageFile(view.storage()));
        try (InputStream in = zip.getInputStream(file)) {
            in.skipNBytes((view.offset() + first) * width);
            for (int done = 0; done < count; ) {
                int n = Math.min(chunk.length / width, count - done);
                if (in.readNBytes(chunk, 0, n * width) < n * width) {
                    throw inTensor(name, tensor, "cannot be read: the file was cut short while it was open");
                }
                sink.take(MemorySegment.ofArray(chunk), done, n);
                done += n;
            }
        } catch (ZipException | EOFException damaged) {
            throw inTensor(name, tensor, "cannot be read: the archive is damaged")
                    .because(damaged);
        }
    }

    @Override
    public void requireUnchanged() throws IOException {
        stamp.requireUnchanged();
    }

    @Override
    public void close() throws IOException {
        zip.close();
    }
}
