package dev.reverie.diffusion;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reverie.diffusion.image.GenerationParameters;
import dev.reverie.diffusion.image.PixelTensor;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageTest {
    @TempDir
    Path folder;

    private static Image noise(int width, int height, int channels) {
        byte[] pixels = new byte[width * height * channels];
        new Random(width).nextBytes(pixels);
        return Image.of(width, height, channels, pixels);
    }

    private static Image slope(int width, int height) {
        byte[] pixels = new byte[width * height * 3];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) (i / 3 % width + i / 3 / width * (i % 3));
        }
        return Image.of(width, height, 3, pixels);
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 3", "1, 1, 4", "17, 5, 3", "16, 33, 4", "300, 200, 3"})
    void case46PngComesBack(int width, int height, int channels) throws IOException {
        Path file = folder.resolve("fox.png");
        for (Image image : List.of(noise(width, height, channels), slope(width, height))) {
            image.writePng(file);
            Image read = Image.read(file);
            assertEquals(image.toString(), read.toString());
            assertArrayEquals(image.pixels(), read.pixels());
            BufferedImage theirs = ImageIO.read(file.toFile());
            int argb = theirs.getRGB(width - 1, height / 2);
            assertEquals(image.get(width - 1, height / 2, 0), argb >> 16 & 0xFF);
            assertEquals(image.get(width - 1, height / 2, 2), argb & 0xFF);
        }
        assertEquals(1, files().count(), "nothing beside the file");
    }

    @Test
    void smoothPicturesArePacked() throws IOException {
        Path file = folder.resolve("slope.png");
        slope(400, 300).writePng(file);
        assertTrue(
                Files.size(file) < 400 * 300 * 3 / 20,
                () -> "bytes: " + file.toFile().length());
    }

    @Test
    void textsComeBack() throws IOException {
        Map<String, String> texts = new LinkedHashMap<>();
        texts.put("Title", "Füchse");
        texts.put("Comment", "red 🦊\nin the snow\0");
        texts.put("empty", "");
        Path file = folder.resolve("fox.png");
        noise(3, 2, 3).withTexts(texts).writePng(file);
        texts.put("Comment", "red 🦊\nin the snow\uFFFD");
        assertEquals(texts, Image.read(file).texts());
        assertThrows(
                IllegalArgumentException.class,
                () -> noise(3, 2, 3).withTexts(Map.of("k".repeat(80), "")).writePng(folder.resolve("no.png")));
        assertEquals(1, files().count(), "no half file");
    }

    @Test
    void parametersComeBack() throws IOException {
        GenerationParameters parameters = GenerationParameters.of(
                "a \"fox\", 日本\nin snow", "blurry", 20, "Euler a", 7.5, 1L << 40, 512, 512, "fox: v1, \"best\"");
        Path file = folder.resolve("fox.png");
        noise(3, 2, 4).withParameters(parameters).writePng(file);
        assertEquals(parameters, Image.read(file).parameters());
        assertNull(noise(3, 2, 4).parameters());
    }

    @Test
    void jpegIsNear() throws IOException {
        Path file = folder.resolve("fox.jpg");
        Image image = slope(40, 30);
        image.writeJpeg(file, 95);
        Image read = Image.read(file);
        assertEquals(image.toString(), read.toString());
        for (int i = 0; i < image.pixels().length; i++) {
            assertEquals(image.pixels()[i] & 0xFF, read.pixels()[i] & 0xFF, 12);
        }
        image.writeJpeg(file, 5);
        assertTrue(Files.size(file) < 1500);
        for (int quality : new int[] {0, 101, -5}) {
            assertThrows(IllegalArgumentException.class, () -> image.writeJpeg(file, quality));
        }
    }

    @Test
    void alphaIsLaidOnWhite() {
        Image image = Image.of(3, 1, 4, new byte[] {10, 20, 30, 0, 10, 20, 30, -1, 0, 100, (byte) 200, (byte) 128});
        byte[] white = {-1, -1, -1, 10, 20, 30, 127, (byte) 177, (byte) 227};
        assertArrayEquals(white, image.opaque().pixels());
        assertEquals(30, image.get(1, 0, 2));
    }

    @Test
    void case38ExistingFilesStayWhole() throws IOException {
        Path file = folder.resolve("old.png");
        Files.writeString(file, "old");
        assertThrows(
                IOException.class,
                () -> noise(2, 2, 3).writePng(folder.resolve("none").resolve("a.png")));
        noise(2, 2, 3).writePng(file);
        assertEquals(2, Image.read(file).width());
        assertThrows(IOException.class, () -> noise(2, 2, 3).writePng(folder));
        assertEquals(1, files().count());
    }

    @Test
    void refusesPixelsThatDoNotFit() {
        assertThrows(IllegalArgumentException.class, () -> Image.of(2, 2, 3, new byte[11]));
        assertThrows(IllegalArgumentException.class, () -> Image.of(2, 2, 1, new byte[4]));
        assertThrows(IllegalArgumentException.class, () -> Image.of(0, 2, 3, new byte[0]));
        assertThrows(IllegalArgumentException.class, () -> Image.of(65_536, 65_536, 4, new byte[0]));
        assertTrue(Image.fits(8_000, 8_000) && !Image.fits(8_001, 8_000) && !Image.fits(1L << 32, 1));
    }

    @Test
    void tensorsComeBack() {
        Image image = noise(7, 5, 3);
        assertArrayEquals(
                image.pixels(), PixelTensor.image(PixelTensor.signed(image)).pixels());
        float[] outside = {-9f, 9f, Float.NaN, Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY, 0f};
        byte[] cut = {0, -1, 0, 0, -1, (byte) 128}; // 127.5 goes to the even neighbour
        assertArrayEquals(
                cut, PixelTensor.image(Tensor.of(Shape.of(1, 2, 3), outside)).pixels());
        assertThrows(IllegalArgumentException.class, () -> PixelTensor.image(Tensor.zeros(Shape.of(2, 2, 2, 3))));
        assertThrows(IllegalArgumentException.class, () -> PixelTensor.image(Tensor.zeros(Shape.of(2, 2, 4))));
    }

    private Stream<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList().stream();
        }
    }
}
