package dev.reverie.tensor.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reverie.tensor.DType;
import dev.reverie.tensor.Shape;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PickleArchiveTest {
    @TempDir
    Path folder;

    private Path path() {
        return folder.resolve("fox.pth");
    }

    private static long[] of(long... values) {
        return values;
    }

    private void assertRefused(String rule, PickleBytes bytes) throws IOException {
        bytes.assertRefused(rule, path());
    }

    @Test
    void aDictionaryOfTensors() throws IOException {
        try (PickleArchive file = PickleArchive.open(PickleBytes.plain().write(path()))) {
            assertEquals(Set.of("w"), file.entries().keySet());
            assertEquals(new TensorEntry("w", DType.F32, List.of(2L, 3L), 0, 24), file.entry("w", 0, 6));
            assertArrayEquals(new float[] {0, 1, 2, 3, 4, 5}, file.floats("w", 0, 6));
            assertArrayEquals(new float[] {2, 3}, file.floats("w", 2, 2));
            assertThrows(IllegalArgumentException.class, () -> file.floats("w", 2, 5));
            file.requireUnchanged();
        }
    }

    @Test
    void aBareTensor() throws IOException {
        PickleBytes voice = new PickleBytes()
                .tensor("FloatStorage", "0", 2, 0, of(2, 1, 1), of(1, 1, 1))
                .floats("0", 7, 8);
        try (PickleArchive file = PickleArchive.open(voice.write(path()))) {
            assertArrayEquals(new float[] {7, 8}, file.floats(PickleArchive.ROOT, 0, 2));
        }
    }

    /** As the checkpoint of Kokoro: dictionaries of modules that were wrapped for several devices. */
    @Test
    void nestedDictionariesMayBeRenamed() throws IOException {
        PickleBytes kokoro = new PickleBytes()
                .raw('}', '(')
                .text("decoder")
                .orderedDict()
                .raw('(')
                .text("module.ups.0.weight")
                .tensor("FloatStorage", "0", 1, 0, of(1), of(1))
                .raw('u', '}')
                .text("_metadata")
                .orderedDict()
                .raw('s', 'b') // the state of an ordered dictionary
                .text("epoch")
                .number(3)
                .raw('u')
                .floats("0", 5);
        UnaryOperator<String> unwrap = name -> name.replaceFirst("\\.module\\.", ".");
        try (Checkpoint checkpoint = Checkpoint.open(kokoro.write(path()), unwrap)) {
            assertEquals(Set.of("decoder.ups.0.weight"), checkpoint.names());
            assertEquals(
                    5,
                    checkpoint
                            .root()
                            .at("decoder.ups")
                            .at(0)
                            .tensor("weight", Shape.of(1))
                            .get(0));
            checkpoint.finish();
        }
    }

    @Test
    void stridedViews() throws IOException {
        PickleBytes bytes = new PickleBytes()
                .raw('}', '(')
                .text("transposed")
                .tensor("FloatStorage", "0", 6, 0, of(3, 2), of(1, 3))
                .text("column")
                .tensor("FloatStorage", "0", 6, 1, of(2), of(3))
                .text("expanded")
                .tensor("FloatStorage", "0", 6, 5, of(2, 2), of(0, 0))
                .text("unit")
                .tensor("FloatStorage", "0", 6, 2, of(1, 2), of(99, 1))
                .text("empty")
                .tensor("FloatStorage", "0", 6, 6, of(0, 2), of(2, 1))
                .text("ids")
                .tensor("LongStorage", "1", 2, 0, of(2, 1), of(1, 7))
                .text("flipped")
                .tensor("LongStorage", "1", 2, 0, of(1, 2), of(1, 1))
                .raw('u')
                .floats("0", 0, 1, 2, 3, 4, 5)
                .file("data/1", new byte[] {9, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0});
        try (PickleArchive file = PickleArchive.open(bytes.write(path()))) {
            assertArrayEquals(new float[] {0, 3, 1, 4, 2, 5}, file.floats("transposed", 0, 6));
            assertArrayEquals(new float[] {4, 2}, file.floats("transposed", 3, 2));
            assertArrayEquals(new float[] {1, 4}, file.floats("column", 0, 2));
            assertArrayEquals(new float[] {5, 5, 5, 5}, file.floats("expanded", 0, 4));
            assertArrayEquals(new float[] {2, 3}, file.floats("unit", 0, 2));
            assertArrayEquals(new float[] {}, file.floats("empty", 0, 0));
            assertArrayEquals(of(9, 8), file.longs("ids", 0, 2));
            assertArrayEquals(of(9, 8), file.longs("flipped", 0, 2));
            assertThrows(CheckpointException.class, () -> file.longs("column", 0, 2));
        }
    }

    @Test
    void longsOfATransposedMatrix() throws IOException {
        PickleBytes bytes = new PickleBytes()
                .tensor("IntStorage", "0", 4, 0, of(2, 2), of(1, 2))
                .file("data/0", new byte[] {1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4, 0, 0, 0});
        try (PickleArchive file = PickleArchive.open(bytes.write(path()))) {
            assertArrayEquals(of(1, 3, 2, 4), file.longs("tensor", 0, 4));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "HalfStorage, F16",
        "BFloat16Storage, BF16",
        "DoubleStorage, F64",
        "IntStorage, I32",
        "ShortStorage, I16",
        "CharStorage, I8",
        "ByteStorage, U8",
        "BoolStorage, BOOL"
    })
    void types(String storage, DType dtype) throws IOException {
        PickleBytes bytes = new PickleBytes()
                .tensor(storage, "0", 2, 0, of(2), of(1))
                .file("data/0", new byte[2 * dtype.bits() / 8]);
        try (PickleArchive file = PickleArchive.open(bytes.write(path()))) {
            assertEquals(dtype, file.entry("tensor", 0, 2).dtype());
            assertArrayEquals(new float[2], file.floats("tensor", 0, 2));
        }
    }

    @Test
    void manyChunksOfOneStorage() throws IOException {
        float[] values = new float[100_003];
        for (int i = 0; i < values.length; i++) {
            values[i] = i;
        }
        PickleBytes bytes = new PickleBytes()
                .tensor("FloatStorage", "0", values.length, 0, of(values.length), of(1))
                .floats("0", values);
        try (PickleArchive file = PickleArchive.open(bytes.write(path()))) {
            assertArrayEquals(values, file.floats("tensor", 0, values.length));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "6, 0, 7, 1, which has 6",
        "6, 1, 6, 1, which has 6",
        "6, 0, 3, 3, which has 6",
        "6, 0, 7, 0, which has 6",
        "6, 7, 0, 1, which has 6",
        "6, -1, 2, 1, negative",
        "6, 0, 2, -1, negative",
        "6, 0, -2, 1, negative",
        "6, 0, 2, 9223372036854775807, overflow",
        "6, 9223372036854775807, 2, 1, overflow",
        "6, 0, 9223372036854775807, 9223372036854775807, overflow",
        "7, 0, 1, 1, 24 bytes of it",
        "9223372036854775807, 0, 1, 1, 24 bytes of it"
    })
    void viewsOutsideTheirStorage(long count, long offset, long size, long stride, String rule) throws IOException {
        PickleBytes bytes = new PickleBytes()
                .raw('}')
                .text("w")
                .tensor("FloatStorage", "0", count, offset, of(size), of(stride))
                .raw('s')
                .floats("0", 0, 1, 2, 3, 4, 5);
        assertRefused(rule, bytes);
    }

    @Test
    void lyingShapes() throws IOException {
        long huge = 1L << 32;
        assertRefused(
                "overflow",
                new PickleBytes()
                        .tensor("FloatStorage", "0", 1, 0, of(huge, huge, 0), of(0, 0, 0))
                        .floats("0", 1));
        assertRefused(
                "which has 1",
                new PickleBytes()
                        .tensor("FloatStorage", "0", 1, 0, of(huge, 4), of(0, 0))
                        .floats("0", 1));
        assertRefused(
                "2 sizes and 1 strides",
                new PickleBytes()
                        .tensor("FloatStorage", "0", 1, 0, of(1, 1), of(1))
                        .floats("0", 1));
        assertRefused(
                "more than 64 axes",
                new PickleBytes()
                        .tensor("FloatStorage", "0", 1, 0, new long[65], new long[65])
                        .floats("0", 1));
        assertRefused("no such file", new PickleBytes().tensor("FloatStorage", "../0", 1, 0, of(1), of(1)));
    }

    private void assertZipRefused(String rule, Map<String, byte[]> files, int method) throws IOException {
        Path file = PickleBytes.writeZip(path(), files, method);
        CheckpointException e = assertThrows(CheckpointException.class, () -> Checkpoint.open(file));
        String message = String.valueOf(e.getMessage());
        assertTrue(message.startsWith(file + ": ") && message.contains(rule), message);
    }

    @Test
    void otherZips() throws IOException {
        byte[] none = {'N', '.'};
        assertZipRefused("with 0 files data.pkl", Map.of("readme.txt", none), ZipEntry.STORED);
        assertZipRefused("with 2 files data.pkl", Map.of("a/data.pkl", none, "b/data.pkl", none), ZipEntry.STORED);
        assertZipRefused("TorchScript", Map.of("a/data.pkl", none, "a/constants.pkl", none), ZipEntry.STORED);
        assertZipRefused("is compressed", Map.of("a/data.pkl", new byte[1 << 20]), ZipEntry.DEFLATED);
        byte[] big = "big".getBytes(StandardCharsets.UTF_8);
        assertZipRefused("byte order \"big\"", Map.of("a/data.pkl", none, "a/byteorder", big), ZipEntry.STORED);
    }

    @Test
    void notAZip() throws IOException {
        Path file = Files.writeString(path(), "version https://git-lfs.github.com/spec/v1\n");
        assertThrows(CheckpointException.class, () -> PickleArchive.open(file));
        byte[] legacy = {(byte) 0x80, 2, (byte) 0x8a, 10, 'l', (byte) 0xfc, (byte) 0x9c, 'F', (byte) 0xf9, ' '};
        Files.write(file, legacy);
        CheckpointException e = assertThrows(CheckpointException.class, () -> Checkpoint.open(file));
        assertTrue(String.valueOf(e.getMessage()).contains("before version 1.6"), e.toString());
        Files.write(file, new byte[100]);
        assertThrows(CheckpointException.class, () -> PickleArchive.open(file));
    }

    @Test
    void cutShortWhileOpen() throws IOException {
        PickleBytes bytes = new PickleBytes()
                .tensor("FloatStorage", "0", 100_000, 0, of(100_000), of(1))
                .floats("0", new float[100_000]);
        Path file = bytes.write(path());
        try (PickleArchive archive = PickleArchive.open(file)) {
            Files.write(file, Arrays.copyOf(Files.readAllBytes(file), 5000));
            CheckpointException e = assertThrows(CheckpointException.class, () -> archive.floats("tensor", 0, 100_000));
            assertTrue(String.valueOf(e.getMessage()).contains("tensor \"tensor\" cannot be read"), e.toString());
            assertThrows(CheckpointException.class, archive::requireUnchanged);
        }
    }

    @Test
    void closing() throws IOException {
        PickleArchive archive = PickleArchive.open(PickleBytes.plain().write(path()));
        archive.close();
        archive.close();
        assertThrows(IllegalStateException.class, () -> archive.floats("w", 0, 6));
    }

    /** The archive's own structure damaged, byte by byte at random. */
    @Test
    void case47MutatedArchives() throws IOException {
        byte[] good = Files.readAllBytes(PickleBytes.plain().write(path()));
        Random random = new Random(48);
        Map<String, Integer> ends = new LinkedHashMap<>();
        for (int i = 0; i < 2_000; i++) {
            byte[] mutant = good.clone();
            for (int n = random.nextInt(3); n >= 0; n--) {
                mutant[random.nextInt(mutant.length)] = (byte) random.nextInt();
            }
            Path file = Files.write(folder.resolve("mutant" + i % 2 + ".pth"), mutant);
            try (PickleArchive archive = PickleArchive.open(file)) {
                for (TensorEntry entry : archive.entries().values()) {
                    archive.floats(entry.name(), 0, (int) entry.elementCount());
                }
                ends.merge("read", 1, Integer::sum);
            } catch (CheckpointException expected) {
                ends.merge("refused", 1, Integer::sum);
            }
            Files.delete(file);
        }
        assertEquals(Set.of("read", "refused"), ends.keySet());
    }
}
