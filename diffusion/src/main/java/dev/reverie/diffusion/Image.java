package dev.reverie.diffusion;

import dev.reverie.diffusion.image.GenerationParameters;
import dev.reverie.diffusion.image.JpegWriter;
import dev.reverie.diffusion.image.PictureFile;
import dev.reverie.diffusion.image.PngWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A picture of 8-bit sRGB pixels, with or without alpha, and the texts that its file carries. Immutable. */
public final class Image {
    /** Longest side of a picture, in pixels. */
    public static final int MAX_SIDE = 16_384;
    /** Most pixels of a picture. */
    public static final int MAX_PIXELS = 64_000_000;

    private static final int WHITE = 255;

    private final int width;
    private final int height;
    private final int channels;
    private final byte[] pixels;
    private final Map<String, String> texts;

    private Image(int width, int height, int channels, byte[] pixels, Map<String, String> texts) {
        this.width = width;
        this.height = height;
        this.channels = channels;
        this.pixels = pixels;
        this.texts = texts;
    }

    /**
     * A picture of pixels, row after row from the top, a byte for red, green, blue and, with four channels, alpha (not
     * premultiplied). The array is not copied and must not change.
     *
     * @throws IllegalArgumentException if a side is not 1 .. {@value #MAX_SIDE}, there are more than {@value #MAX_PIXELS}
     *     pixels, channels are not 3 or 4, or the array has another length
     */
    public static Image of(int width, int height, int channels, byte[] pixels) {
        if (!fits(width, height)) {
            throw new IllegalArgumentException("a picture cannot have %d x %d pixels".formatted(width, height));
        }
        if ((channels != 3 && channels != 4) || pixels.length != width * height * channels) {
            throw new IllegalArgumentException(
                    "%d bytes for %d x %d pixels of %d channels".formatted(pixels.length, width, height, channels));
        }
        return new Image(width, height, channels, pixels, Map.of());
    }

    /** Whether a picture may have these sides. */
    public static boolean fits(long width, long height) {
        return width >= 1 && height >= 1 && width <= MAX_SIDE && height <= MAX_SIDE && width * height <= MAX_PIXELS;
    }

    /**
     * Reads a PNG, JPEG, GIF or BMP file; of an animated one, the first picture: of PNG the one that is shown where
     * animation is not known.
     *
     * <p>Alpha is kept, grey and palettes become RGB, of 16 bits the upper 8 stay, colour profiles are ignored, and a
     * picture that its camera says to turn (EXIF) is turned.
     *
     * @throws dev.reverie.diffusion.image.PictureException if the file is no such picture, damaged or cut short, or has
     *     more than {@value #MAX_PIXELS} pixels or a side over {@value #MAX_SIDE}, found before it is decoded
     */
    public static Image read(Path file) throws IOException {
        return PictureFile.read(file);
    }

    /**
     * Writes a PNG file with its {@link #texts}, whole or not at all. Pixels and texts are what is promised; how they
     * are packed is up to the platform's deflate.
     */
    public void writePng(Path file) throws IOException {
        PngWriter.write(this, file);
    }

    /**
     * Writes a JPEG file, whole or not at all, without texts; alpha is laid on white.
     *
     * @param quality 1 .. 100
     */
    public void writeJpeg(Path file, int quality) throws IOException {
        JpegWriter.write(this, quality, file);
    }

    public int width() {
        return width;
    }

    public int height() {
        return height;
    }

    /** 3, or 4 with alpha. */
    public int channels() {
        return channels;
    }

    /** The bytes behind this picture, shared: not to be changed. */
    public byte[] pixels() {
        return pixels;
    }

    /** One value, 0 .. 255; channel 0 is red, 3 alpha. */
    public int get(int x, int y, int channel) {
        return pixels[(y * width + x) * channels + channel] & 0xFF;
    }

    /** Texts by their keys, as PNG files have them; {@code parameters} is what a picture was generated from. */
    public Map<String, String> texts() {
        return texts;
    }

    /** The same pixels with these texts. */
    public Image withTexts(Map<String, String> replacement) {
        Map<String, String> copy = Collections.unmodifiableMap(new LinkedHashMap<>(replacement));
        return new Image(width, height, channels, pixels, copy);
    }

    /** What this picture was generated from; null where its texts do not say. */
    public @Nullable GenerationParameters parameters() {
        String text = texts.get(GenerationParameters.KEY);
        return text == null ? null : GenerationParameters.parse(text);
    }

    /** The same pixels, and what they were generated from as a text. */
    public Image withParameters(GenerationParameters parameters) {
        Map<String, String> changed = new LinkedHashMap<>(texts);
        changed.put(GenerationParameters.KEY, parameters.format());
        return withTexts(changed);
    }

    /** This picture without alpha, laid on white. */
    public Image opaque() {
        if (channels == 3) {
            return this;
        }
        byte[] opaque = new byte[width * height * 3];
        for (int pixel = 0; pixel < width * height; pixel++) {
            int alpha = pixels[4 * pixel + 3] & 0xFF;
            for (int c = 0; c < 3; c++) {
                int mixed = (pixels[4 * pixel + c] & 0xFF) * alpha + WHITE * (255 - alpha);
                opaque[3 * pixel + c] = (byte) ((mixed + 127) / 255);
            }
        }
        return new Image(width, height, 3, opaque, texts);
    }

    /** For example {@code Image[512 x 512, 3 channels]}. */
    @Override
    public String toString() {
        return "Image[%d x %d, %d channels]".formatted(width, height, channels);
    }
}
