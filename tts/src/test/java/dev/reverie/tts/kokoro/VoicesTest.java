package dev.reverie.tts.kokoro;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reverie.tensor.Shape;
import dev.reverie.tensor.io.CheckpointException;
import dev.reverie.testing.Goldens;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VoicesTest {
    private static final Path EMBEDDED =
            Goldens.repository().resolve("models/kokoro/src/main/resources/dev/reverie/models/kokoro/voices");

    private static void writeRaw(Path file, float... values) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        Files.write(file, bytes.array());
    }

    @Test
    void theProjectHas54Voices() throws IOException {
        Voices voices = Voices.list(EMBEDDED, Shape.of(510, 256));
        assertEquals(54, voices.names().size());
        assertEquals(510, voices.get("af_heart").rows().dim(0));
    }

    @Test
    void aRawFileIsAVoice(@TempDir Path folder) throws IOException {
        writeRaw(folder.resolve("mine.bin"), 1, 2, 3, 4, 5, 6);
        Voices voices = Voices.list(folder, Shape.of(3, 2));
        assertEquals(List.of("mine"), voices.names());
        assertArrayEquals(new float[] {1, 2}, voices.get("mine").style(1).toArray());
        assertArrayEquals(new float[] {3, 4}, voices.get("mine").style(2).toArray());
        assertArrayEquals(new float[] {5, 6}, voices.get("mine").style(99).toArray(), "longer than any row");
    }

    @Test
    void anUnknownVoiceNamesTheKnownOnes(@TempDir Path folder) throws IOException {
        writeRaw(folder.resolve("mine.bin"), 1, 2, 3, 4, 5, 6);
        Voices voices = Voices.list(folder, Shape.of(3, 2));
        Exception e = assertThrows(IllegalArgumentException.class, () -> voices.get("yours"));
        assertEquals("there is no voice \"yours\"; there are mine", e.getMessage());
    }

    @Test
    void aMistypedVoiceIsGuessed(@TempDir Path folder) throws IOException {
        writeRaw(folder.resolve("af_heart.bin"), 1, 2, 3, 4, 5, 6);
        writeRaw(folder.resolve("am_echo.bin"), 1, 2, 3, 4, 5, 6);
        Voices voices = Voices.list(folder, Shape.of(3, 2));
        for (String typed : List.of("af_hart", "AF_HEART", "afheart", "af_heaart")) {
            Exception e = assertThrows(IllegalArgumentException.class, () -> voices.require(typed));
            assertEquals(
                    "there is no voice \"" + typed + "\", perhaps af_heart; there are af_heart, am_echo",
                    e.getMessage());
        }
    }

    /** RELIABILITY case 31: wrong length, NaN. */
    @Test
    void damagedVoicesAreRefused(@TempDir Path folder) throws IOException {
        writeRaw(folder.resolve("short.bin"), 1, 2, 3);
        writeRaw(folder.resolve("nan.bin"), 1, Float.NaN, 3, 4, 5, 6);
        writeRaw(folder.resolve("cut.bin"), 1, 2, 3, 4);
        Files.write(folder.resolve("bytes.bin"), new byte[] {1, 2, 3});
        Files.write(folder.resolve("empty.bin"), new byte[0]);
        Files.writeString(folder.resolve("fake.pt"), "not a zip");
        Voices voices = Voices.list(folder, Shape.of(3, 2));
        for (String name : voices.names()) {
            Exception e = assertThrows(CheckpointException.class, () -> voices.get(name), name);
            assertTrue(String.valueOf(e.getMessage()).contains(name), e.getMessage());
        }
    }

    @Test
    void aFolderWithoutVoicesIsRefused(@TempDir Path folder) {
        assertThrows(CheckpointException.class, () -> Voices.list(folder, Shape.of(3, 2)));
        assertThrows(CheckpointException.class, () -> Voices.list(folder.resolve("none"), Shape.of(3, 2)));
    }

    @Test
    void blendsShareOut() {
        assertEquals(
                List.of(new VoiceBlend.Part("a", 0.5f), new VoiceBlend.Part("b", 0.5f)),
                VoiceBlend.parse("a, b").parts());
        assertEquals(
                List.of(new VoiceBlend.Part("a", 0.75f), new VoiceBlend.Part("b", 0.25f)),
                VoiceBlend.parse("a:3,b:1").parts());
        assertTrue(VoiceBlend.parse("bf_emma:0.1,af_heart").isBritish());
    }

    @Test
    void wrongBlendsAreQuoted() {
        for (String wrong : List.of("a:0", "a:-1", "a:NaN", "a:x", "a:", ",", "a,,b", ":1", "a:Infinity")) {
            assertThrows(IllegalArgumentException.class, () -> VoiceBlend.parse(wrong), wrong);
        }
        assertThrows(IllegalArgumentException.class, () -> VoiceBlend.parse("a,".repeat(20) + "a"));
    }
}
