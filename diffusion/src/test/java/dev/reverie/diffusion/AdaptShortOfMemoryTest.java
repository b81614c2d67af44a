package dev.reverie.diffusion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reverie.tensor.Shape;
import dev.reverie.tensor.io.Safetensors;
import dev.reverie.tensor.io.SafetensorsWriter;
import dev.reverie.tensor.io.TensorEntry;
import dev.reverie.tensor.random.TorchRandom;
import dev.reverie.testing.Goldens;
import java.io.File;
import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An adaption that the heap has no room for, in a JVM of its own. */
class AdaptShortOfMemoryTest {
    private static final int MEGABYTE = 1 << 20;
    private static final ImageRequest REQUEST =
            ImageRequest.of("sun").withSize(32, 32).withSteps(1);

    @TempDir
    Path folder;

    @Test
    void case37TheModelIsAsBefore() throws Exception {
        Path emoji = Goldens.repository().resolve("models/emoji/src/main/resources/dev/reverie/models/emoji");
        Path lora = loraOfAll(emoji.resolve("unet/diffusion_pytorch_model.safetensors"));
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx192m",
                        "-XX:+UseSerialGC",
                        "--add-modules=jdk.incubator.vector",
                        "-cp",
                        classPath(),
                        AdaptShortOfMemoryTest.class.getName(),
                        emoji.toString(),
                        lora.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
        assertTrue(output.contains("no room: as before"), output);
        assertTrue(output.contains("adapted"), output);
    }

    /** Changes all convolutions and linear layers: what was held in 16 bits takes 32 then. */
    private Path loraOfAll(Path unet) throws IOException {
        SafetensorsWriter writer = new SafetensorsWriter();
        try (Safetensors file = Safetensors.open(unet)) {
            for (TensorEntry entry : file.entries().values()) {
                Shape shape = Objects.requireNonNull(entry.tensorShape());
                if (shape.rank() >= 2) {
                    String module = "unet." + entry.name().replace(".weight", "");
                    Shape up = shape.rank() == 2 ? Shape.of(shape.dim(0), 1) : Shape.of(shape.dim(0), 1, 1, 1);
                    writer.put(module + ".lora_A.weight", new TorchRandom(1).randn(shape.with(0, 1)))
                            .put(module + ".lora_B.weight", new TorchRandom(2).randn(up));
                }
            }
        }
        Path lora = folder.resolve("lora.safetensors");
        writer.write(lora);
        return lora;
    }

    /** Modules as plain folders and jars, and these tests. */
    private static String classPath() throws Exception {
        String file = "/" + AdaptShortOfMemoryTest.class.getName().replace('.', '/') + ".class";
        String url = Objects.requireNonNull(AdaptShortOfMemoryTest.class.getResource(file))
                .toString();
        Path tests = Path.of(new java.net.URI(url.substring(0, url.length() - file.length())));
        return Stream.of(
                        tests.toString(),
                        System.getProperty("jdk.module.path", ""),
                        System.getProperty("java.class.path", ""))
                .filter(path -> !path.isEmpty())
                .collect(Collectors.joining(File.pathSeparator));
    }

    /** Adapts a model with less and less room. */
    public static void main(String[] arguments) throws IOException {
        ImageModelOptions with = ImageModelOptions.NONE.withLora(Path.of(arguments[1]), 0.01);
        try (ImageModel painter = ImageModel.load(Path.of(arguments[0]))) {
            byte[] published = painter.generate(REQUEST).pixels();
            painter.adapt(with);
            byte[] adapted = painter.generate(REQUEST).pixels();
            // with less the JVM itself runs short
            for (int room = 40; room >= 8; room -= 4) {
                painter.adapt(ImageModelOptions.NONE);
                boolean fits = fits(painter, with, room);
                byte[] pixels = painter.generate(REQUEST).pixels();
                boolean holds = Arrays.equals(fits ? adapted : published, pixels)
                        && painter.options().equals(fits ? with : ImageModelOptions.NONE);
                System.out.println(room + " MB: " + (fits ? "adapted" : "no room") + (holds ? ": as before" : ""));
                if (!holds) {
                    System.exit(1);
                }
            }
        }
    }

    private static boolean fits(ImageModel painter, ImageModelOptions with, int megabytes) throws IOException {
        List<byte[]> ballast = new ArrayList<>();
        System.gc();
        while (availableMegabytes() > megabytes) {
            ballast.add(new byte[MEGABYTE]);
        }
        try {
            painter.adapt(with);
            return true;
        } catch (OutOfMemoryError e) {
            return false;
        } finally {
            Reference.reachabilityFence(ballast);
        }
    }

    private static long availableMegabytes() {
        Runtime runtime = Runtime.getRuntime();
        return (runtime.maxMemory() - runtime.totalMemory() + runtime.freeMemory()) / MEGABYTE;
    }
}
