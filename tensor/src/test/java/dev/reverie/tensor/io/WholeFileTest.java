package dev.reverie.tensor.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WholeFileTest {
    @TempDir
    Path folder;

    private static WholeFile.Content text(String text) {
        return channel -> channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void anOldFileIsReplaced() throws IOException {
        Path file = Files.writeString(folder.resolve("a"), "a longer old one");
        WholeFile.write(file, text("new"));
        assertEquals("new", Files.readString(file));
        assertOnly(1);
    }

    @Test
    void afterAFaultTheOldFileStaysAndTheFaultNamesIt() throws IOException {
        Path file = Files.writeString(folder.resolve("a"), "old");
        IOException fault = assertThrows(
                IOException.class,
                () -> WholeFile.write(file, channel -> {
                    text("half").writeTo(channel);
                    throw new IOException("No space left on device");
                }));
        assertEquals(file + ": No space left on device", fault.getMessage());
        assertEquals("old", Files.readString(file));
        assertOnly(1);
    }

    @Test
    void aLinkStaysALink() throws IOException {
        Path shelf = Files.createDirectory(folder.resolve("shelf"));
        Path file = Files.writeString(shelf.resolve("a"), "old");
        Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("shelf", "a"));
        WholeFile.write(link, text("new"));
        assertTrue(Files.isSymbolicLink(link));
        assertEquals("new", Files.readString(file));
        assertOnly(2);
    }

    /** A rename over {@code /dev/null} would take it from the whole machine. */
    @Test
    void aPipeIsWrittenToAndStays() throws Exception {
        Path pipe = folder.resolve("pipe");
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/mkfifo")), "has no mkfifo");
        assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
        CompletableFuture<String> read = CompletableFuture.supplyAsync(() -> {
            try {
                return Files.readString(pipe);
            } catch (IOException e) {
                return e.toString();
            }
        });
        WholeFile.write(pipe, text("heard"));
        assertFalse(Files.isRegularFile(pipe));
        assertEquals("heard", read.get(10, TimeUnit.SECONDS));
        assertOnly(1);
    }

    private void assertOnly(int count) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(count, files.count(), "nothing is left beside");
        }
    }
}
