package dev.reverie.testing;

import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.io.Checkpoint;
import dev.reverie.tensor.io.Json;
import dev.reverie.tensor.io.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One case: inputs, expected outputs and tolerances. Every output must be compared, or the case fails. */
public final class GoldenCase implements AutoCloseable {
    private static final String OUT = "out.";

    private final Path folder;
    private final Json json;
    /** Null where the case has its rows in {@code case.json}. */
    private final @Nullable Safetensors io;

    private final Set<String> open;

    GoldenCase(Path folder) throws IOException {
        this.folder = folder;
        this.json = Json.read(folder.resolve("case.json"));
        Path tensors = folder.resolve("io.safetensors");
        this.io = Files.exists(tensors) ? Safetensors.open(tensors) : null;
        this.open = names().stream()
                .filter(name -> name.startsWith(OUT))
                .map(name -> name.substring(OUT.length()))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    public Path folder() {
        return folder;
    }

    /** The case's own parameters. */
    public Json json() {
        return json;
    }

    /** A list of the case; an empty one would be passed by anything. */
    public List<Json> rows(String key) throws IOException {
        List<Json> rows = json.getList(key);
        if (rows.isEmpty()) {
            throw new AssertionError("%s: no %s".formatted(folder.getFileName(), key));
        }
        return rows;
    }

    public String kind() throws IOException {
        return json.getString("kind");
    }

    /** The model's configuration. */
    public Json config() throws IOException {
        return Json.read(folder.resolve("config.json"));
    }

    /** The model's weights; the caller closes it. */
    public Checkpoint weights() throws IOException {
        return Checkpoint.open(folder.resolve("model.safetensors"));
    }

    public boolean has(String name) {
        return names().contains(name);
    }

    public Set<String> names() {
        return io == null ? Set.of() : io.entries().keySet();
    }

    /** A tensor by its full name, in the file's layout. */
    public Tensor tensor(String name) throws IOException {
        Safetensors io = tensors();
        Shape shape = Objects.requireNonNull(io.entries().get(name), name).tensorShape();
        return Tensor.of(
                Objects.requireNonNull(shape),
                io.floats(name, 0, Objects.requireNonNull(shape).elementCount()));
    }

    /** An input, {@code in.NAME}. */
    public Tensor input(String name) throws IOException {
        return tensor("in." + name);
    }

    /** An input of integers. */
    public int[] ints(String name) throws IOException {
        return integers("in." + name);
    }

    /** A tensor of integers by its full name. */
    public int[] integers(String full) throws IOException {
        Safetensors io = tensors();
        long count = Objects.requireNonNull(io.entries().get(full), full).elementCount();
        long[] longs = io.longs(full, 0, (int) count);
        int[] ints = new int[longs.length];
        for (int i = 0; i < ints.length; i++) {
            ints[i] = Math.toIntExact(longs[i]);
        }
        return ints;
    }

    /** Whether the case expects an output of that name. */
    public boolean expects(String name) {
        return has(OUT + name);
    }

    /** An expected output; it counts as compared only through {@link #compare} or {@link #compared}. */
    public Tensor expected(String name) throws IOException {
        return tensor(OUT + name);
    }

    /** Compares an output of the same layout under the case's tolerance. */
    public void compare(String name, Tensor got) throws IOException {
        compare(name, got, json.getDouble("atol"), json.getDouble("rtol"));
    }

    /** The same under a tolerance of its own, which the case must name. */
    public void compare(String name, Tensor got, double atol, double rtol) throws IOException {
        Closeness.require(folder.getFileName() + ": " + name, expected(name), got, atol, rtol);
        open.remove(name);
    }

    /** Notes an output that the test has compared in another way. */
    public void compared(String name) {
        open.remove(name);
    }

    /** Fails if an output was not compared. */
    public void finish() {
        if (!open.isEmpty()) {
            throw new AssertionError(folder.getFileName() + ": outputs without a comparison: " + open);
        }
    }

    public static boolean isCase(Path folder) {
        return Files.isRegularFile(folder.resolve("case.json"));
    }

    @Override
    public void close() {
        if (io != null) {
            io.close();
        }
    }

    private Safetensors tensors() {
        return Objects.requireNonNull(io, "io.safetensors");
    }
}
