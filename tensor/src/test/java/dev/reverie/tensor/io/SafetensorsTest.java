package dev.reverie.tensor.io;

import static dev.reverie.tensor.io.SafetensorsBytes.entry;
import static dev.reverie.tensor.io.SafetensorsBytes.file;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Safetensors files on a disk that other programs use too. */
class SafetensorsTest {
    private static final String THREE_BYTES = "{" + entry("a", "U8", "[3]", 0, 3) + "}";

    @TempDir
    Path folder;

    private Path fox(byte[] bytes) throws IOException {
        return Files.write(folder.resolve("fox.safetensors"), bytes);
    }

    @Test
    void fileStreamAndMemoryReadTheSame() throws IOException {
        byte[] bytes = file(THREE_BYTES, 3);
        try (Safetensors mapped = Safetensors.open(fox(bytes));
                Safetensors streamed = Safetensors.read("fox", new ByteArrayInputStream(bytes))) {
            assertArrayEquals(new float[] {0, 1, 2}, mapped.floats("a", 0, 3));
            assertArrayEquals(new float[] {1, 2}, streamed.floats("a", 1, 2));
            assertEquals(mapped.entries(), streamed.entries());
            assertThrows(IllegalArgumentException.class, () -> mapped.floats("a", 2, 2));
            assertThrows(IllegalArgumentException.class, () -> mapped.floats("a", -1, 2));
            assertThrows(IllegalArgumentException.class, () -> mapped.floats("b", 0, 1));
            assertThrows(CheckpointException.class, () -> mapped.longs("a", 0, 3));
        }
    }

    @Test
    void case01EmptyFileOnADisk() throws IOException {
        Path path = fox(new byte[0]);
        CheckpointException e = assertThrows(CheckpointException.class, () -> Safetensors.open(path));
        assertTrue(String.valueOf(e.getMessage()).startsWith(path + ": header too small"), e.toString());
    }

    @Test
    void memoryClosesAsFilesDo() throws IOException {
        Safetensors memory = SafetensorsBytes.open(file(THREE_BYTES, 3));
        memory.requireUnchanged();
        memory.close();
        memory.close();
        assertThrows(IllegalStateException.class, () -> memory.floats("a", 0, 3));
    }

    @Test
    void case21BothSidesOf2GigabytesInASparseFile() throws IOException {
        long count = 10_000_000_000L;
        FileStore store = Files.getFileStore(folder);
        assumeTrue(store.getUsableSpace() > count, "case 21 skipped: the disk has no room for a sparse file of 10 GB");
        Path path = fox(file("{" + entry("a", "U8", "[" + count + "]", 0, count) + "}", 0));
        long start = Files.size(path);
        long[] places = {0, Integer.MAX_VALUE, 1L << 31, (1L << 32) + 5, count - 1};
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            for (int i = 0; i < places.length; i++) {
                channel.write(ByteBuffer.wrap(new byte[] {(byte) (i + 1)}), start + places[i]);
            }
        }
        try (Safetensors file = Safetensors.open(path)) {
            for (int i = 0; i < places.length; i++) {
                assertEquals(i + 1, file.floats("a", places[i], 1)[0]);
            }
            assertArrayEquals(new float[] {0, 2, 3, 0}, file.floats("a", Integer.MAX_VALUE - 1L, 4));
        } finally {
            Files.delete(path);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "version https://git-lfs.github.com/spec/v1\\noid sha256:00\\nsize 9 | Git LFS pointer",
                "<!DOCTYPE html><html><head>                                        | HTML page",
                "\\n<html><body>404                                                 | HTML page",
                "GGUF\\u0003aaaaaaaaaaaa                                            | GGUF file",
                "PK\\u0003\\u0004\\u0000\\u0000\\b\\b                                | zip archive",
                "\\u0080\\u0002}q\\u0000(X\\u0001\\u0000\\u0000\\u0000ap             | Python pickle",
                "\\u0080\\u0002\\u008a\\nl\\u00fc\\u009cF\\u00f9 j\\u00a8P\\u0019.   | before version 1.6"
            })
    void case24OtherFormats(String content, String name) throws IOException {
        byte[] bytes = unescaped(content.strip()).getBytes(StandardCharsets.ISO_8859_1);
        Path path = fox(bytes);
        String message = String.valueOf(assertThrows(CheckpointException.class, () -> Safetensors.open(path))
                .getMessage());
        assertTrue(message.startsWith(path + ": is ") && message.contains(name), message);
    }

    private static String unescaped(String text) {
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            if (text.startsWith("\\u", i)) {
                plain.append((char) Integer.parseInt(text.substring(i + 2, i + 6), 16));
                i += 5;
            } else if (text.charAt(i) == '\\') {
                plain.append(text.charAt(++i) == 'n' ? '\n' : '\b');
            } else {
                plain.append(text.charAt(i));
            }
        }
        return plain.toString();
    }

    private static void assertNotOpened(Path path) {
        IOException e = assertTimeoutPreemptively(
                Duration.ofSeconds(5), () -> assertThrows(IOException.class, () -> Safetensors.open(path)));
        assertTrue(String.valueOf(e.getMessage()).contains(path.toString()), e.toString());
        IOException again = assertThrows(IOException.class, () -> Checkpoint.open(path));
        assertTrue(String.valueOf(again.getMessage()).contains(path.toString()), again.toString());
    }

    @Test
    void case25NotAFile() throws Exception {
        assertNotOpened(folder);
        assertNotOpened(folder.resolve("missing.safetensors"));
        assertNotOpened(Files.createSymbolicLink(folder.resolve("broken"), folder.resolve("nowhere")));
        Path pipe = folder.resolve("pipe");
        assumeTrue(
                new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor() == 0,
                "case 25 partly skipped: no pipes here");
        assertNotOpened(pipe);
    }

    @Test
    void case25NoPermission() throws IOException {
        Path path = fox(file(THREE_BYTES, 3));
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("---------"));
        assumeTrue(!Files.isReadable(path), "case 25 partly skipped: this user may read every file");
        assertNotOpened(path);
    }

    /** Reads a tensor that is then cut off the file; prints what that ends with. */
    static final class ReadTruncated {
        public static void main(String[] arguments) throws IOException {
            Path path = Path.of(arguments[0]);
            try (Safetensors file = Safetensors.open(path)) {
                for (int i = 0; i < 20_000; i++) { // until the loops are compiled
                    file.floats("a", 0, 64);
                }
                try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
                    channel.truncate(4096);
                }
                for (int i = 0; i < 100; i++) {
                    requireRefusal(file);
                }
                try {
                    file.requireUnchanged();
                } catch (CheckpointException expected) {
                    System.out.print("typed exceptions");
                }
            }
        }

        private static void requireRefusal(Safetensors file) throws IOException {
            try {
                file.floats("a", 1_000_000, 1_000_000);
            } catch (CheckpointException expected) {
                return;
            }
            System.out.print("read what is not there, ");
        }
    }

    @ParameterizedTest
    @CsvSource({"F32, 4", "F16, 2", "I8, 1"})
    void case33TruncatedWhileMapped(String dtype, int width) throws Exception {
        long bytes = 4_000_000L * width;
        Path path = fox(file("{" + entry("a", dtype, "[4000000]", 0, bytes) + "}", (int) bytes));
        ForkedJvm.Result result = ForkedJvm.run(ReadTruncated.class, List.of("-Dreverie.lanes=1"), path.toString());
        assertEquals(new ForkedJvm.Result(0, "typed exceptions"), result);
    }

    @Test
    void case34ReplacedByRenameStaysReadable() throws IOException {
        Path path = fox(file(THREE_BYTES, 3));
        try (Safetensors file = Safetensors.open(path)) {
            Path other = Files.write(folder.resolve("other"), file("{" + entry("a", "U8", "[0]", 0, 0) + "}", 0));
            Files.move(other, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            file.requireUnchanged();
            assertArrayEquals(new float[] {0, 1, 2}, file.floats("a", 0, 3));
            Files.delete(path);
            file.requireUnchanged();
        }
    }

    @Test
    void case34RewrittenInPlaceIsReported() throws IOException {
        Path path = fox(file(THREE_BYTES, 3));
        try (Safetensors file = Safetensors.open(path)) {
            file.requireUnchanged();
            FileTime before = Files.getLastModifiedTime(path);
            Files.setLastModifiedTime(path, FileTime.fromMillis(before.toMillis() + 1000));
            assertThrows(CheckpointException.class, file::requireUnchanged);
            Files.setLastModifiedTime(path, before);
            file.requireUnchanged();
            Files.write(path, new byte[] {1}, StandardOpenOption.APPEND);
            CheckpointException e = assertThrows(CheckpointException.class, file::requireUnchanged);
            assertTrue(String.valueOf(e.getMessage()).contains("was written to while it was read"), e.toString());
        }
    }

    @Test
    void case35CloseWhileAnotherThreadReads() throws Exception {
        Path path = fox(file("{" + entry("a", "F16", "[100000]", 0, 200_000) + "}", 200_000));
        for (int round = 0; round < 200; round++) {
            Safetensors file = Safetensors.open(path);
            AtomicBoolean ended = new AtomicBoolean();
            Thread reader = Thread.ofPlatform().start(() -> {
                try {
                    while (file.floats("a", 0, 100_000).length > 0) {
                        // until it is closed
                    }
                } catch (IllegalStateException closed) {
                    ended.set(true);
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            Thread.sleep(0, 200_000);
            file.close();
            file.close();
            reader.join();
            assertTrue(ended.get());
            assertThrows(IllegalStateException.class, () -> file.floats("a", 0, 1));
        }
    }

    @Test
    void littleEndianWhateverTheMachineIs() throws IOException {
        ByteBuffer data = ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putFloat(1.5f)
                .putFloat(-2f);
        byte[] header = ("{" + entry("a", "F32", "[2]", 0, 8) + "}").getBytes(StandardCharsets.UTF_8);
        byte[] bytes = ByteBuffer.allocate(8 + header.length + 8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(header.length)
                .put(header)
                .put(data.flip())
                .array();
        assertArrayEquals(new float[] {1.5f, -2f}, SafetensorsBytes.open(bytes).floats("a", 0, 2));
    }
}
