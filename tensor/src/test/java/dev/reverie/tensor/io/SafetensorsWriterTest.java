package dev.reverie.tensor.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reverie.tensor.DType;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsWriterTest {
    @TempDir
    Path folder;

    private static byte[] written(SafetensorsWriter writer) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        writer.write(out);
        return out.toByteArray();
    }

    private static Safetensors roundTrip(SafetensorsWriter writer) throws IOException {
        return SafetensorsBytes.open(written(writer));
    }

    private void assertOnlyFile(Path file) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(List.of(file), files.toList());
        }
    }

    @Test
    void case46RoundTrip() throws IOException {
        List<DType> dtypes = Arrays.stream(DType.values())
                .filter(dtype -> 64 % dtype.bits() == 0) // six bits do not fill 8 bytes
                .toList();
        Random random = new Random(46);
        for (int round = 0; round < 200; round++) {
            SafetensorsWriter writer = new SafetensorsWriter().metadata("format", "\u0000 \ud83e\udd8a");
            Map<String, byte[]> contents = new LinkedHashMap<>();
            for (int i = random.nextInt(6); i > 0; i--) {
                byte[] bytes = new byte[8 * random.nextInt(5)];
                random.nextBytes(bytes);
                DType dtype = dtypes.get(random.nextInt(dtypes.size()));
                String name = "ünï \"" + i + "\"\n";
                writer.put(name, dtype, List.of(1L, bytes.length * 8L / dtype.bits()), MemorySegment.ofArray(bytes));
                contents.put(name, bytes);
            }
            assertHolds(contents, written(writer));
        }
    }

    private static void assertHolds(Map<String, byte[]> contents, byte[] file) throws IOException {
        Safetensors read = SafetensorsBytes.open(file);
        assertEquals(Map.of("format", "\u0000 \ud83e\udd8a"), read.metadata());
        assertEquals(contents.keySet(), read.entries().keySet());
        int dataBytes =
                contents.values().stream().mapToInt(bytes -> bytes.length).sum();
        int start = file.length - dataBytes;
        assertEquals(0, start % 8);
        for (TensorEntry entry : read.entries().values()) {
            assertEquals(0, entry.begin() % Math.max(1, entry.dtype().bits() / 8), "aligned");
            byte[] bytes = Arrays.copyOfRange(file, start + (int) entry.begin(), start + (int) entry.end());
            assertArrayEquals(contents.get(entry.name()), bytes);
        }
    }

    @Test
    void tensorsReadEqual() throws IOException {
        Tensor rows = Tensor.of(Shape.of(3, 2), new float[] {1, 2, -0f, Float.NaN, 5, Float.MIN_VALUE})
                .rows(1, 3);
        Safetensors read = roundTrip(new SafetensorsWriter()
                .put("byte", DType.I8, List.of(1L), MemorySegment.ofArray(new byte[] {-5}))
                .put("rows", rows)
                .put("none", Tensor.zeros(Shape.of(0, 4))));
        assertArrayEquals(rows.toArray(), read.floats("rows", 0, 4));
        assertEquals(List.of(2L, 2L), read.entry("rows", 0, 0).shape());
        assertEquals(0, read.entry("rows", 0, 0).begin(), "wider types come first");
        assertArrayEquals(new float[] {-5}, read.floats("byte", 0, 1));
        assertEquals(List.of(0L, 4L), read.entry("none", 0, 0).shape());
    }

    @Test
    void contradictionsAreRefused() {
        SafetensorsWriter writer = new SafetensorsWriter().put("a", Tensor.of(1f));
        MemorySegment byteOne = MemorySegment.ofArray(new byte[1]);
        assertThrows(IllegalArgumentException.class, () -> writer.put("a", Tensor.of(1f)));
        assertThrows(IllegalArgumentException.class, () -> writer.put("__metadata__", Tensor.of(1f)));
        assertThrows(IllegalArgumentException.class, () -> writer.put("\ud800", Tensor.of(1f)));
        assertThrows(IllegalArgumentException.class, () -> writer.put("b", DType.F32, List.of(1L), byteOne));
        assertThrows(IllegalArgumentException.class, () -> writer.put("c", DType.U8, List.of(-1L, -1L), byteOne));
    }

    @Test
    void case38AFaultLeavesTheOldFile() throws IOException {
        Path file = folder.resolve("fox.safetensors");
        new SafetensorsWriter().put("old", Tensor.of(1f, 2f)).write(file);
        byte[] old = Files.readAllBytes(file);
        MemorySegment lost;
        try (Arena arena = Arena.ofConfined()) {
            lost = arena.allocate(4);
        }
        SafetensorsWriter writer =
                new SafetensorsWriter().put("new", Tensor.of(3f)).put("z", DType.F32, List.of(1L), lost);
        assertThrows(IllegalStateException.class, () -> writer.write(file));
        assertArrayEquals(old, Files.readAllBytes(file));
        assertOnlyFile(file);
    }

    @Test
    void case38TheTargetCannotBeReplaced() throws IOException {
        Path file = Files.createDirectory(folder.resolve("fox.safetensors"));
        Files.createFile(file.resolve("x"));
        SafetensorsWriter writer = new SafetensorsWriter().put("a", Tensor.of(3f));
        assertThrows(IOException.class, () -> writer.write(file));
        assertOnlyFile(file);
        assertThrows(
                IOException.class, () -> writer.write(folder.resolve("nowhere").resolve("fox.safetensors")));
        assertOnlyFile(file);
    }

    @Test
    void anOpenReaderKeepsTheOldFile() throws IOException {
        Path file = folder.resolve("fox.safetensors");
        new SafetensorsWriter().put("a", Tensor.of(1f, 2f)).write(file);
        try (Safetensors open = Safetensors.open(file)) {
            new SafetensorsWriter().put("a", Tensor.of(3f)).write(file);
            assertArrayEquals(new float[] {1, 2}, open.floats("a", 0, 2));
        }
        try (Safetensors open = Safetensors.open(file)) {
            assertArrayEquals(new float[] {3}, open.floats("a", 0, 1));
        }
        assertOnlyFile(file);
    }

    /** Saves two files over each other until it is killed. */
    static final class SaveForever {
        public static void main(String[] arguments) throws IOException {
            Path file = Path.of(arguments[0]);
            for (float value = 1; ; value = 3 - value) {
                float[] values = new float[1 << 18];
                Arrays.fill(values, value);
                new SafetensorsWriter().put("a", Tensor.of(values)).write(file);
                System.out.write('.');
                System.out.flush();
            }
        }
    }

    @Test
    void case38KilledWhileSaving() throws Exception {
        Path file = folder.resolve("fox.safetensors");
        for (int round = 0; round < 3; round++) {
            Process saver = ForkedJvm.start(SaveForever.class, List.of(), file.toString());
            for (int saves = 0; saves < 3; saves++) {
                assertEquals('.', saver.getInputStream().read());
            }
            Thread.sleep(7L * round);
            saver.destroyForcibly().waitFor();
            try (Safetensors open = Safetensors.open(file)) {
                float[] values = open.floats("a", 0, 1 << 18);
                for (float value : values) {
                    assertEquals(values[0], value);
                }
                assertTrue(values[0] == 1 || values[0] == 2);
            }
        }
    }
}
