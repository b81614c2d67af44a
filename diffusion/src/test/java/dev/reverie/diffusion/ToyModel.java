package dev.reverie.diffusion;

import dev.reverie.testing.Goldens;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A Stable Diffusion 2 of a few thousand weights, whose pictures are noise. */
final class ToyModel {
    private ToyModel() {}

    static Path folder() {
        return Goldens.repository().resolve("goldens/pipeline/sd21-v");
    }

    static ImageModel load() throws IOException {
        return ImageModel.load(folder());
    }

    /** Four steps, 48 x 32 pixels. */
    static ImageRequest request() {
        return ImageRequest.of("a red fox").withSize(48, 32).withSteps(4).withSeed(7);
    }

    /** A copy in {@code target} of which all weights of {@code part} are NaN. */
    static Path damaged(Path target, String part) throws IOException {
        for (Path file : files()) {
            Path copy = target.resolve(folder().relativize(file).toString());
            Files.createDirectories(copy.resolveSibling(""));
            byte[] bytes = Files.readAllBytes(file);
            if (file.startsWith(folder().resolve(part)) && file.toString().endsWith(".safetensors")) {
                fillWithNan(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
            }
            Files.write(copy, bytes);
        }
        return target;
    }

    private static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(folder())) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    /** Behind the header of a safetensors file: an F32 NaN is an F16 zero and an F16 NaN. */
    private static void fillWithNan(ByteBuffer file) {
        int start = 8 + Math.toIntExact(file.getLong(0));
        for (int at = start; at + Float.BYTES <= file.limit(); at += Float.BYTES) {
            file.putFloat(at, Float.NaN);
        }
    }
}
