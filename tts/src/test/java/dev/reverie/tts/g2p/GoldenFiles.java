package dev.reverie.tts.g2p;

import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.io.Json;
import dev.reverie.tensor.io.Safetensors;
import dev.reverie.testing.Closeness;
import dev.reverie.testing.Goldens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Assertions;

/** A folder of golden cases: JSON lines, and tensors to compare within the case's own tolerances. */
final class GoldenFiles {
    private final Path folder;

    private GoldenFiles(Path folder) {
        this.folder = folder;
    }

    /** The folder of that name. */
    static GoldenFiles of(String name) {
        return new GoldenFiles(Goldens.root().resolve(name));
    }

    Json json(String file) throws IOException {
        return Json.read(folder.resolve(file));
    }

    List<Json> lines(String file) throws IOException {
        List<Json> lines = new ArrayList<>();
        for (String line : Files.readAllLines(folder.resolve(file))) {
            lines.add(Json.parse(file + " " + (lines.size() + 1), line));
        }
        Assertions.assertFalse(lines.isEmpty(), file + ": no cases");
        return lines;
    }

    Safetensors tensors(String file) throws IOException {
        return Safetensors.open(folder.resolve(file));
    }

    /** Compares all of {@code name} with what was computed. */
    static void assertClose(Safetensors golden, String name, Tensor computed, double atol, double rtol)
            throws IOException {
        Shape shape = Objects.requireNonNull(
                Objects.requireNonNull(golden.entries().get(name), name).tensorShape());
        Tensor expected = Tensor.of(shape, golden.floats(name, 0, shape.elementCount()));
        Closeness.require(name, expected, computed, atol, rtol);
    }

    static void assertEqualLongs(Safetensors golden, String name, long[] computed) throws IOException {
        long count = Objects.requireNonNull(golden.entries().get(name), name).elementCount();
        long[] expected = golden.longs(name, 0, (int) count);
        Assertions.assertArrayEquals(expected, computed, name);
    }
}
