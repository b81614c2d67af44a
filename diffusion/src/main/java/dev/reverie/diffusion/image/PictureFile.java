package dev.reverie.diffusion.image;

import dev.reverie.diffusion.Image;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads picture files that strangers made, by the JDK's decoders. Sizes are compared with the limits before anything
 * is decoded; of a PNG file, checksums are compared and the decoder sees no more than it needs, so that no text can
 * unpack to gigabytes.
 */
public final class PictureFile {
    private static final long MAX_BYTES = 1L << 29;

    private PictureFile() {}

    /** See {@link Image#read}. */
    public static Image read(Path file) throws IOException {
        long size = Files.size(file);
        if (size > MAX_BYTES) {
            throw new PictureException(file, String.format(Locale.ROOT, "has %,d bytes; at most %,d", size, MAX_BYTES));
        }
        byte[] bytes = Files.readAllBytes(file);
        try {
            requireSides(file, bytes);
            return PngChunks.isPng(bytes)
                    ? png(bytes)
                    : ExifOrientation.ofJpeg(bytes).upright(decoded(bytes));
        } catch (PictureException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw new PictureException(file, String.valueOf(e.getMessage()), e);
        } catch (IOException | RuntimeException e) { // decoders throw whatever a bad file makes them do
            throw new PictureException(file, "is damaged or of an unknown kind: " + e.getMessage(), e);
        }
    }

    private static void requireSides(Path file, byte[] bytes) throws IOException {
        try (Decoder decoder = Decoder.of(bytes)) {
            if (decoder == null) {
                throw new PictureException(
                        file, "is not a picture in a format that is known here: PNG, JPEG, GIF, BMP");
            }
            int width = decoder.reader.getWidth(0);
            int height = decoder.reader.getHeight(0);
            if (!Image.fits(width, height)) {
                throw new PictureException(
                        file,
                        String.format(
                                Locale.ROOT,
                                "has %,d x %,d pixels; at most %,d a side and %,d in all",
                                width,
                                height,
                                Image.MAX_SIDE,
                                Image.MAX_PIXELS));
            }
        }
    }

    private static Image png(byte[] bytes) throws IOException {
        List<PngChunks.Chunk> chunks = PngChunks.read(bytes);
        Map<String, String> texts = PngText.read(chunks);
        return ExifOrientation.ofPng(chunks)
                .upright(decoded(PngChunks.onlyNeeded(chunks)))
                .withTexts(texts);
    }

    private static Image decoded(byte[] bytes) throws IOException {
        try (Decoder decoder = Decoder.of(bytes)) {
            if (decoder == null) {
                throw new IOException("no decoder");
            }
            List<String> warnings = new ArrayList<>();
            decoder.reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
            BufferedImage picture = decoder.reader.read(0);
            if (warnings.stream().anyMatch(PictureFile::isCutShort)) {
                throw new IllegalArgumentException("is cut short: " + warnings.getFirst());
            }
            return Samples.of(picture);
        }
    }

    /** What the JPEG decoder says before it makes the rest grey. */
    private static boolean isCutShort(String warning) {
        return warning.contains("remature end") || warning.contains("Truncated File");
    }

    /** A decoder that has the file as its input. */
    private record Decoder(ImageReader reader, ImageInputStream in) implements AutoCloseable {

        /** Null where no decoder knows the file. */
        static @Nullable Decoder of(byte[] bytes) {
            ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes));
            Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
            if (!readers.hasNext()) {
                return null;
            }
            ImageReader reader = readers.next();
            reader.setInput(in, true, true);
            return new Decoder(reader, in);
        }

        @Override
        public void close() throws IOException {
            reader.dispose();
            in.close();
        }
    }
}
