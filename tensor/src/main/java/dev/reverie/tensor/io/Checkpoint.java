package dev.reverie.tensor.io;

import static dev.reverie.tensor.io.CheckpointException.inFile;
import static dev.reverie.tensor.io.CheckpointException.quoted;

import dev.reverie.tensor.ConvGeometry;
import dev.reverie.tensor.DType;
import dev.reverie.tensor.Filter;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.Weight;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All tensors of a model under one name space, whichever files they lie in; notes what was read of them.
 *
 * <p>Loading is all or nothing. A tensor that is missing, of another shape or unreadable does not end the loading: the
 * model gets zeros and the fault is noted, so that {@link #finish} reports every fault at once.
 *
 * {@snippet :
 * try (Checkpoint checkpoint = Checkpoint.open(folder)) {
 *     Model model = Model.load(checkpoint.root(), config);
 *     checkpoint.finish("bert.pooler");
 *     return model;
 * }
 * }
 *
 * <p>A tensor of type I8 or F8 beside one named {@code <name>_scale}, of one value or one per row of the first axis, is
 * read as {@code number * scale}. Safe for use by several threads.
 */
public final class Checkpoint implements AutoCloseable {
    private static final int LISTED_FAULTS = 100;
    private static final String SCALE = "_scale";

    /** Where a tensor lies; its name there may differ from the one it has here. */
    record Located(TensorSource source, TensorEntry entry) {}

    private final String name;
    private final List<TensorSource> sources;
    private final Map<String, Located> tensors;
    private final Set<String> read = ConcurrentHashMap.newKeySet();
    private final List<String> faults = Collections.synchronizedList(new ArrayList<>());
    private final AtomicLong mappedBytes = new AtomicLong();
    private volatile @Nullable TensorPatch patch;

    private Checkpoint(String name, List<? extends TensorSource> sources, Function<String, @Nullable String> rename)
            throws CheckpointException {
        this.name = name;
        this.sources = List.copyOf(sources);
        this.tensors = located(name, this.sources, rename);
    }

    /**
     * Opens a file of tensors, an index of shards ({@code *.index.json}), or a folder that holds one of these.
     *
     * @throws CheckpointException if a file breaks its format
     * @throws IOException if a file cannot be opened
     */
    public static Checkpoint open(Path path) throws IOException {
        return open(path, Function.identity());
    }

    /**
     * Opens as {@link #open(Path)} does, and gives each tensor the name that {@code rename} makes of its own; one of
     * which it makes null is left out.
     */
    public static Checkpoint open(Path path, Function<String, @Nullable String> rename) throws IOException {
        List<TensorSource> sources = CheckpointFiles.open(path);
        try {
            return new Checkpoint(path.toString(), sources, rename);
        } catch (IOException | RuntimeException e) {
            CheckpointFiles.closeAll(sources, e);
            throw e;
        }
    }

    /** Joins open sources, which this checkpoint closes from then on; none may hold a name twice. */
    public static Checkpoint of(TensorSource... sources) throws CheckpointException {
        String name = Arrays.stream(sources).map(TensorSource::name).collect(Collectors.joining(", "));
        return new Checkpoint(name, List.of(sources), Function.identity());
    }

    private static Map<String, Located> located(
            String name, List<TensorSource> sources, Function<String, @Nullable String> rename)
            throws CheckpointException {
        Map<String, Located> tensors = new LinkedHashMap<>();
        for (TensorSource source : sources) {
            for (TensorEntry entry : source.entries().values()) {
                String renamed = rename.apply(entry.name());
                Located before = renamed == null ? null : tensors.put(renamed, new Located(source, entry));
                if (before != null) {
                    throw inFile(
                            name,
                            "tensor %s is there twice: in %s and in %s",
                            quoted(String.valueOf(renamed)),
                            before.source.name(),
                            source.name());
                }
            }
        }
        return Collections.unmodifiableMap(tensors);
    }

    /** What the files are called, for messages. */
    public String name() {
        return name;
    }

    /** The files, open; they close with this checkpoint. */
    public List<TensorSource> sources() {
        return sources;
    }

    /** Names of all tensors, in the order of the files. */
    public Set<String> names() {
        return tensors.keySet();
    }

    /** Bytes of all tensors as float32, scales of quantised ones left out. */
    public long float32Bytes() {
        return bytes(Residency.FLOAT32);
    }

    /**
     * Bytes of all tensors as a scope of that residency holds them, about: vectors are float32 always; scales of quantised
     * ones left out, and so are matrices of which {@link Residency#MAPPED} weights were made.
     */
    public long bytes(Residency residency) {
        long bytes = residency == Residency.MAPPED ? -mappedBytes.get() : 0;
        for (Map.Entry<String, Located> tensor : tensors.entrySet()) {
            TensorEntry entry = tensor.getValue().entry;
            boolean asStored =
                    residency != Residency.FLOAT32 && entry.shape().size() > 1 && !isPatched(tensor.getKey());
            bytes += tensor.getKey().endsWith(SCALE) ? 0 : bytes(entry.dtype(), asStored) * entry.elementCount();
        }
        return bytes;
    }

    private static long bytes(DType type, boolean asStored) {
        return asStored && Weight.canPack(type) ? type.bits() / 8 : Float.BYTES;
    }

    /**
     * Changes tensors of floats as they are read from now on; the file stays as it is.
     *
     * @throws IllegalStateException if there is a patch already
     */
    public void patch(TensorPatch changes) {
        if (patch != null) {
            throw new IllegalStateException(name + " is patched already");
        }
        patch = changes;
    }

    /** The scope of all names; matrices are float32. */
    public WeightScope root() {
        return root(Residency.FLOAT32);
    }

    /** The scope of all names, with a choice where its matrices live. */
    public WeightScope root(Residency residency) {
        return new WeightScope(this, "", residency);
    }

    /**
     * Ends the loading: every fault that it met is reported in one exception, and so is every tensor that nobody read,
     * for then the model is not the one the file was made for.
     *
     * @param ignoredPrefixes starts of names that may be left unread
     * @throws CheckpointException if there are faults, or a file was written to meanwhile
     */
    public void finish(String... ignoredPrefixes) throws IOException {
        requireUnchanged();
        List<String> all;
        synchronized (faults) {
            all = new ArrayList<>(faults);
            faults.clear();
        }
        tensors.keySet().stream()
                .filter(tensor -> !read.contains(tensor))
                .filter(tensor -> Stream.of(ignoredPrefixes).noneMatch(tensor::startsWith))
                .forEach(tensor -> all.add("tensor " + quoted(tensor) + " is not part of the model"));
        if (!all.isEmpty()) {
            throw new CheckpointException(listed(all));
        }
    }

    /**
     * Checks that nobody wrote into the files since they were opened: of use while {@link Residency#MAPPED} weights are.
     *
     * @throws CheckpointException if somebody did
     */
    public void requireUnchanged() throws IOException {
        for (TensorSource source : sources) {
            source.requireUnchanged();
        }
    }

    /**
     * Closes the files; tensors that were read stay valid.
     *
     * @throws IllegalStateException if faults were met and {@link #finish} did not report them: a model with zeros in
     *     it must not go unnoticed
     */
    @Override
    public void close() throws IOException {
        IllegalStateException unreported = null;
        synchronized (faults) {
            if (!faults.isEmpty()) {
                unreported = new IllegalStateException("closed without finish(); " + listed(faults));
                faults.clear();
            }
        }
        IOException failure = new IOException(name + ": could not be closed");
        CheckpointFiles.closeAll(sources, failure);
        if (unreported != null) {
            throw unreported;
        }
        if (failure.getSuppressed().length > 0) {
            throw failure;
        }
    }

    private String listed(List<String> all) {
        if (all.size() == 1) {
            return name + ": " + all.getFirst();
        }
        String more = all.size() <= LISTED_FAULTS ? "" : "\n  .. and " + (all.size() - LISTED_FAULTS) + " more";
        return all.stream()
                .limit(LISTED_FAULTS)
                .collect(Collectors.joining("\n  ", name + ": " + all.size() + " faults\n  ", more));
    }

    @Nullable
    Located find(String tensor) {
        return tensors.get(tensor);
    }

    /** The tensor, or zeros and a noted fault. */
    Tensor tensor(String tensor, Shape shape) {
        return tensor(tensor, shape, true);
    }

    /** @param scaled whether numbers of 8 bits are scaled, and changed by a patch */
    private Tensor tensor(String tensor, Shape shape, boolean scaled) {
        Located located = wanted(tensor, shape);
        if (located != null) {
            try {
                float[] values = located.source.floats(located.entry.name(), 0, shape.elementCount());
                float[] scales = scales(tensor, located.entry);
                if (scaled) {
                    scale(values, scales);
                }
                return scaled ? patched(tensor, Tensor.of(shape, values)) : Tensor.of(shape, values);
            } catch (IOException e) {
                note(e);
            }
        }
        return Tensor.zeros(shape);
    }

    /** The matrix, or zeros and a noted fault. */
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
        mappedBytes.addAndGet(bytes(stored.dtype(), true) * stored.shape().elementCount());
        return Weight.mapped(stored);
    }

    /** The convolution's weight, or zeros and a noted fault. */
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

    /** The convolution's weight of rows in those directions and of those lengths, or zeros and a noted fault. */
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

    /** Rows in those directions and of those lengths, or zeros and a noted fault. */
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
            note(Objects.requireNonNull(e.getCause()));
        } catch (IOException e) {
            note(e);
        }
        return ofValues.apply(Tensor.zeros(shape));
    }

    /** Null where the tensor is not as wanted, or must be read as a whole. */
    private @Nullable StoredTensor stored(String tensor, Shape shape) throws IOException {
        Located located = tensors.get(tensor);
        if (located == null || !located.entry.hasShape(shape) || !Elements.convertible(located.entry.dtype())) {
            return null;
        }
        MemorySegment bytes = located.source.stored(located.entry.name());
        if (bytes == null) {
            return null;
        }
        markRead(tensor, located.entry);
        String file = located.source.name();
        return new StoredTensor(file, tensor, located.entry.dtype(), shape, bytes, scales(tensor, located.entry));
    }

    private boolean isPatched(String tensor) {
        TensorPatch changes = patch;
        return changes != null && changes.changes(tensor);
    }

    private Tensor patched(String tensor, Tensor values) {
        TensorPatch changes = patch;
        if (changes != null && changes.changes(tensor)) {
            changes.apply(tensor, values);
        }
        return values;
    }

    /** The integers of the tensor, or zeros and a noted fault. */
    long[] longs(String tensor, Shape shape) {
        Located located = wanted(tensor, shape);
        if (located != null) {
            try {
                return located.source.longs(located.entry.name(), 0, shape.elementCount());
            } catch (IOException e) {
                note(e);
            }
        }
        return new long[shape.elementCount()];
    }

    /** Where the tensor of that shape lies, or null and a noted fault. */
    private @Nullable Located wanted(String tensor, Shape shape) {
        Located located = tensors.get(tensor);
        if (located == null) {
            note(tensor, "is missing; the model wants it with shape " + shape);
            return null;
        }
        markRead(tensor, located.entry);
        if (!located.entry.hasShape(shape)) {
            note(tensor, "has shape " + located.entry.shape() + "; the model wants " + shape);
            return null;
        }
        return located;
    }

    private void markRead(String tensor, TensorEntry entry) {
        read.add(tensor);
        if (mayBeScaled(entry.dtype())) {
            read.add(tensor + SCALE);
        }
    }

    private static boolean mayBeScaled(DType type) {
        return type == DType.I8 || type == DType.F8_E4M3 || type == DType.F8_E5M2;
    }

    /** A factor for each row, or one for all, or none; none and a noted fault where there is another number of them. */
    private float[] scales(String tensor, TensorEntry entry) throws IOException {
        Located companion = mayBeScaled(entry.dtype()) ? tensors.get(tensor + SCALE) : null;
        if (companion == null) {
            return new float[0];
        }
        long rows = entry.shape().isEmpty() ? 1 : entry.shape().getFirst();
        long count = companion.entry.elementCount();
        if (count != 1 && count != rows) {
            note(tensor + SCALE, "has " + count + " values; it must have one, or one for each of " + rows + " rows");
            return new float[0];
        }
        return companion.source.floats(companion.entry.name(), 0, (int) count);
    }

    private static void scale(float[] values, float[] scales) {
        int perScale = scales.length == 0 ? 0 : values.length / scales.length;
        for (int i = 0; i < scales.length; i++) {
            float scale = scales[i];
            for (int j = i * perScale; j < (i + 1) * perScale; j++) {
                values[j] *= scale;
            }
        }
    }

    /** A source names its file, which the report does already where it is the only one. */
    private void note(IOException fault) {
        String message = String.valueOf(fault.getMessage());
        faults.add(message.startsWith(name + ": ") ? message.substring(name.length() + 2) : message);
    }

    private void note(String tensor, String fault) {
        faults.add("tensor " + quoted(tensor) + " " + fault);
    }
}
