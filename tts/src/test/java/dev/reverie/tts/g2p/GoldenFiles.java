package dev.reverie.tts.g2p;

import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.io.Json;
import dev.reverie.tensor.io.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assertions;

/** A folder of golden cases: JSON lines, and tensors to compare within the case's own tolerances. */
final class GoldenFiles {
    private final Path folder;

    private GoldenFiles(Path folder) {
        this.folder = folder;
    }

    /** The folder of that name under the one that the system property {@code goldens} names. */
    static GoldenFiles of(String name) {
        return new GoldenFiles(Path.of(System.getProperty("goldens", "../goldens"), name));
    }

    Json json(String file) throws IOException {
        return Json.read(folder.resolve(file));
    }

    List<Json> lines(String file) throws IOException {
        List<Json> lines = new ArrayList<>();
        for (String line : Files.readAllLines(folder.resolve(file))) {
            lines.add(Json.parse(file + " " + (lines.size() + 1), line));
        }
        return lines;
    }

    Safetensors tensors(String file) throws IOException {
        return Safetensors.open(folder.resolve(file));
    }

    /** Compares all of {@code name} with what was computed; the message names the worst element. */
    static void assertClose(Safetensors golden, String name, Tensor computed, double atol, double rtol)
            throws IOException {
        int count = (int) golden.entries().get(name).elementCount();
        float[] expected = golden.floats(name, 0, count);
        Assertions.assertEquals(count, computed.elementCount(), name + ": elements");
        int worst = -1;
        double most = 1;
        for (int i = 0; i < count; i++) {
            double bound = atol + rtol * Math.abs(expected[i]);
            double excess = Math.abs(expected[i] - computed.get(i)) / bound;
            if (!(excess <= most)) {
                most = excess;
                worst = i;
            }
        }
        if (worst >= 0) {
            Assertions.fail("%s[%d]: expected %s, got %s, %.1f times the bound"
                    .formatted(name, worst, expected[worst], computed.get(worst), most));
        }
    }

    static void assertEqualLongs(Safetensors golden, String name, long[] computed) throws IOException {
        long[] expected = golden.longs(name, 0, (int) golden.entries().get(name).elementCount());
        Assertions.assertArrayEquals(expected, computed, name);
    }
}
