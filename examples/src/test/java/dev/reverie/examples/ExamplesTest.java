package dev.reverie.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reverie.diffusion.Image;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import javax.sound.sampled.AudioSystem;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs every example as its reader would. */
class ExamplesTest {
    @TempDir
    Path folder;

    private interface Example {
        void run() throws Exception;
    }

    private static String outputOf(Example example) throws Exception {
        PrintStream before = System.out;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        try {
            example.run();
        } finally {
            System.setOut(before);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void speaksASentenceAndTellsWhenItsWordsAre() throws Exception {
        Path file = folder.resolve("two words.wav");
        String out = outputOf(() -> SpeakASentence.main("Hello world.", file.toString()));
        assertEquals(
                24_000,
                AudioSystem.getAudioFileFormat(file.toFile()).getFormat().getSampleRate());
        assertTrue(seconds(file) > 0.5 && seconds(file) < 3, "lasts " + seconds(file));
        assertTrue(out.contains("Hello") && out.contains("world"), out);
    }

    @Test
    void blendsVoices() throws Exception {
        String out = outputOf(() -> ListAndBlendVoices.main(folder.toString()));
        assertTrue(out.contains("bf_emma"), out);
        byte[] blend = Files.readAllBytes(folder.resolve("blend-2.wav"));
        assertNotEquals(-1, Files.mismatch(folder.resolve("blend-1.wav"), folder.resolve("blend-2.wav")));
        assertNotEquals(-1, Files.mismatch(folder.resolve("blend-3.wav"), folder.resolve("blend-2.wav")));
        assertTrue(blend.length > 10_000);
    }

    @Test
    void readsSafetensors() throws Exception {
        byte[] header =
                "{\"__metadata__\":{\"by\":\"hand\"},\"x\":{\"dtype\":\"F16\",\"shape\":[1,1],\"data_offsets\":[0,2]}}"
                        .getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(8 + header.length + 2)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(header.length)
                .put(header)
                .putShort(Float.floatToFloat16(0.5f));
        Path file = Files.write(folder.resolve("half.safetensors"), bytes.array());
        String out = outputOf(() -> ReadSafetensors.main(file.toString()));
        assertEquals("{by=hand}\nx F16 [1, 1], first 0.5\n", out.replace("\r", ""));
    }

    /** A tone of 3 kHz is one bright line a quarter of the way up. */
    @Test
    void drawsASpectrogram() throws Exception {
        Path wav = folder.resolve("tone.wav");
        Path png = folder.resolve("tone.png");
        writeTone(wav, 3_000);
        outputOf(() -> DrawSpectrogram.main(wav.toString(), png.toString()));
        var image = ImageIO.read(png.toFile());
        assertEquals(257, image.getHeight());
        int x = image.getWidth() / 2;
        int brightest = 0;
        for (int y = 0; y < 257; y++) {
            brightest = light(image.getRGB(x, y)) > light(image.getRGB(x, brightest)) ? y : brightest;
        }
        assertEquals(256 - 64, brightest); // bin 64 of 256 is 3 of 12 kHz
    }

    @Test
    void drawsAPictureWithoutAWindow() throws Exception {
        String headless = System.setProperty("java.awt.headless", "true");
        try {
            Path file = folder.resolve("heart.png");
            String out = outputOf(() -> DrawAPicture.main("red heart", file.toString()));
            assertTrue(out.contains("step 20 of 20"), out);
            assertRed(Image.read(file), 64);
        } finally {
            restore("java.awt.headless", headless);
        }
    }

    /** The model put together by hand draws, too, what the text says. */
    @Test
    void samplesWithASamplerOfItsOwn() throws Exception {
        Path file = folder.resolve("heart.png");
        outputOf(() -> WriteYourOwnSampler.main("red heart", file.toString()));
        assertRed(Image.read(file), 64);
    }

    @Test
    void changesAPictureByStrength() throws Exception {
        outputOf(() -> ChangeAPicture.main(folder.toString()));
        Image before = Image.read(folder.resolve("before.png"));
        Image after = Image.read(folder.resolve("after-0.8.png"));
        assertTrue(before.get(64, 80, 0) > before.get(64, 80, 1) + 80, "the apple was not red");
        assertTrue(after.get(64, 80, 1) > after.get(64, 80, 0), "the apple is not green");
    }

    /** Sunglasses where the mask is white; the mouth stays as it was, but for what the decoder sees across the edge. */
    @Test
    void paintsIntoAPicture() throws Exception {
        outputOf(() -> PaintIntoAPicture.main(folder.toString()));
        Image before = Image.read(folder.resolve("before.png"));
        Image after = Image.read(folder.resolve("painted.png"));
        assertTrue(difference(before, after, 32, 48) > 40, "nothing was painted");
        assertTrue(difference(before, after, 104, 120) < 12, "the rest did not stay");
    }

    @Test
    void saysWhatOneCharacterNeeds() throws Exception {
        assertEquals("", outputOf(OneCharacterInThreeScenes::main));
    }

    private static void assertRed(Image picture, int at) {
        assertTrue(picture.get(at, at, 0) > 150 && picture.get(at, at, 1) < 100, "the middle is not red");
    }

    /** Mean difference of the values of rows {@code from} up to and without {@code to}. */
    private static double difference(Image a, Image b, int from, int to) {
        double sum = 0;
        for (int y = from; y < to; y++) {
            for (int x = 0; x < a.width(); x++) {
                for (int c = 0; c < 3; c++) {
                    sum += Math.abs(a.get(x, y, c) - b.get(x, y, c));
                }
            }
        }
        return sum / ((to - from) * a.width() * 3);
    }

    private static void restore(String property, @Nullable String value) {
        if (value == null) {
            System.clearProperty(property);
        } else {
            System.setProperty(property, value);
        }
    }

    private static int light(int rgb) {
        return ((rgb >> 16) & 255) + ((rgb >> 8) & 255) + (rgb & 255);
    }

    private static double seconds(Path wav) throws Exception {
        return AudioSystem.getAudioFileFormat(wav.toFile()).getFrameLength() / 24_000.0;
    }

    private static void writeTone(Path file, double hertz) throws IOException {
        int count = 6_000;
        ByteBuffer pcm = ByteBuffer.allocate(2 * count).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) {
            pcm.putShort((short) (16_000 * Math.sin(2 * Math.PI * hertz * i / 24_000)));
        }
        var format = new javax.sound.sampled.AudioFormat(24_000, 16, 1, true, false);
        try (var in = new javax.sound.sampled.AudioInputStream(
                new java.io.ByteArrayInputStream(pcm.array()), format, count)) {
            AudioSystem.write(in, javax.sound.sampled.AudioFileFormat.Type.WAVE, file.toFile());
        }
    }
}
