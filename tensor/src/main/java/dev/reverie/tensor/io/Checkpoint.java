package dev.reverie.tensor.io;

import static dev.reverie.tensor.io.CheckpointException.inFile;
import static dev.reverie.tensor.io.CheckpointException.quoted;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
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
    private final String name;
    private final List<TensorSource> sources;
    private final Map<String, LocatedTensor> tensors;
    private final LoadingReport report;
    private final TensorLoader loader;

    private Checkpoint(String name, List<? extends TensorSource> sources, Function<String, @Nullable String> rename)
            throws CheckpointException {
        this.name = name;
        this.sources = List.copyOf(sources);
        this.tensors = located(name, this.sources, rename);
        this.report = new LoadingReport(name);
        this.loader = new TensorLoader(tensors, report);
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

    private static Map<String, LocatedTensor> located(
            String name, List<TensorSource> sources, Function<String, @Nullable String> rename)
            throws CheckpointException {
        Map<String, LocatedTensor> tensors = new LinkedHashMap<>();
        for (TensorSource source : sources) {
            for (TensorEntry entry : source.entries().values()) {
                String renamed = rename.apply(entry.name());
                LocatedTensor before = renamed == null ? null : tensors.put(renamed, new LocatedTensor(source, entry));
                if (before != null) {
                    throw inFile(
                            name,
                            "tensor %s is there twice: in %s and in %s",
                            quoted(String.valueOf(renamed)),
                            before.source().name(),
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
        long bytes = residency == Residency.MAPPED ? -loader.mappedBytes() : 0;
        for (Map.Entry<String, LocatedTensor> tensor : tensors.entrySet()) {
            String tensorName = tensor.getKey();
            TensorEntry entry = tensor.getValue().entry();
            boolean keepsItsSize = entry.shape().size() > 1 && !loader.isPatched(tensorName);
            int width = (keepsItsSize ? residency : Residency.FLOAT32).bytesPerElement(entry.dtype());
            bytes += tensorName.endsWith(RowScales.SUFFIX) ? 0 : width * entry.elementCount();
        }
        return bytes;
    }

    /**
     * Changes tensors of floats as they are read from now on; the file stays as it is.
     *
     * @throws IllegalStateException if there is a patch already
     */
    public void patch(TensorPatch changes) {
        if (loader.isPatched()) {
            throw new IllegalStateException(name + " is patched already");
        }
        loader.patch(changes);
    }

    /** The scope of all names; matrices are float32. */
    public WeightScope root() {
        return root(Residency.FLOAT32);
    }

    /** The scope of all names, with a choice where its matrices live. */
    public WeightScope root(Residency residency) {
        return new WeightScope(loader, "", residency);
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
        List<String> all = report.takeFaults();
        tensors.keySet().stream()
                .filter(tensor -> !report.wasRead(tensor))
                .filter(tensor -> Stream.of(ignoredPrefixes).noneMatch(tensor::startsWith))
                .forEach(tensor -> all.add("tensor " + quoted(tensor) + " is not part of the model"));
        if (!all.isEmpty()) {
            throw new CheckpointException(report.listed(all));
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
        List<String> unreported = report.takeFaults();
        IOException failure = new IOException(name + ": could not be closed");
        CheckpointFiles.closeAll(sources, failure);
        if (!unreported.isEmpty()) {
            throw new IllegalStateException("closed without finish(); " + report.listed(unreported));
        }
        if (failure.getSuppressed().length > 0) {
            throw failure;
        }
    }
}
