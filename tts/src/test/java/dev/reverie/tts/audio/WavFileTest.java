package dev.reverie.tts.audio;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WavFileTest {
    @Test
    void headerAndSamplesAreWhatRiffAsks(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("a.wav");
        WavFile.write(file, new float[] {0f, 1f, -1f, 0.5f, 2f, -2f, Float.NaN}, 24_000);
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        assertEquals(44 + 14, bytes.capacity());
        assertEquals("RIFF", text(bytes, 0));
        assertEquals(bytes.capacity() - 8, bytes.getInt(4));
        assertEquals("WAVE", text(bytes, 8));
        assertEquals("fmt ", text(bytes, 12));
        assertEquals(16, bytes.getInt(16));
        assertEquals(1, bytes.getShort(20), "PCM");
        assertEquals(1, bytes.getShort(22), "channels");
        assertEquals(24_000, bytes.getInt(24));
        assertEquals(48_000, bytes.getInt(28), "bytes a second");
        assertEquals(2, bytes.getShort(32), "bytes a frame");
        assertEquals(16, bytes.getShort(34), "bits");
        assertEquals("data", text(bytes, 36));
        assertEquals(14, bytes.getInt(40));
        short[] samples = new short[7];
        bytes.position(44).asShortBuffer().get(samples); // keeps the order of bytes
        assertArrayEquals(new short[] {0, 32767, -32767, 16384, 32767, -32767, 0}, samples);
    }

    private static String text(ByteBuffer bytes, int at) {
        byte[] four = new byte[4];
        bytes.get(at, four);
        return new String(four, StandardCharsets.US_ASCII);
    }

    @Test
    void anExistingFileIsReplacedAndNothingIsLeftBehind(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("a.wav"), "old");
        WavFile.write(file, new float[100_000], 24_000);
        assertEquals(44 + 200_000, Files.size(file));
        try (Stream<Path> entries = Files.list(folder)) {
            assertEquals(List.of(file), entries.toList());
        }
    }

    @Test
    void placesThatCannotBeWrittenAreNamed(@TempDir Path folder) {
        IOException missing =
                assertThrows(IOException.class, () -> WavFile.write(folder.resolve("no/a.wav"), new float[1], 24_000));
        assertEquals(folder.resolve("no/a.wav") + ": its folder does not exist", missing.getMessage());
        assertThrows(IOException.class, () -> WavFile.write(folder, new float[1], 24_000));
    }
}
