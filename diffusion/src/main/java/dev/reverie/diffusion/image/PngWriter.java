package dev.reverie.diffusion.image;

import dev.reverie.diffusion.Image;
import dev.reverie.diffusion.image.PngChunks.Chunk;
import dev.reverie.tensor.io.WholeFile;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/**
 * Writes PNG files: 8 bits, RGB or RGBA, texts before the pixels. Each row is filtered in the way that gives the
 * smallest sum of magnitudes (W3C, Portable Network Graphics, section 12.7).
 */
public final class PngWriter {
    private static final int FILTERS = 5;

    private PngWriter() {}

    /** Writes a file, whole or not at all. */
    public static void write(Image image, Path file) throws IOException {
        WholeFile.write(file, channel -> write(image, Channels.newOutputStream(channel)));
    }

    /** Writes to a stream, which stays open. */
    public static void write(Image image, OutputStream stream) throws IOException {
        DataOutputStream out = new DataOutputStream(stream);
        PngChunks.writeSignature(out);
        PngChunks.write(out, "IHDR", header(image));
        for (Map.Entry<String, String> text : image.texts().entrySet()) {
            Chunk chunk = PngText.chunk(text.getKey(), text.getValue());
            PngChunks.write(out, chunk.type(), chunk.bytes());
        }
        PngChunks.write(out, "IDAT", packed(image));
        PngChunks.write(out, "IEND", new byte[0]);
        out.flush();
    }

    private static byte[] header(Image image) {
        byte colourType = (byte) (image.channels() == 3 ? 2 : 6);
        ByteBuffer header = ByteBuffer.allocate(13).putInt(image.width()).putInt(image.height());
        return header.put((byte) 8).put(colourType).array(); // deflate, five filters, not interlaced: all 0
    }

    private static byte[] packed(Image image) throws IOException {
        int rowBytes = image.width() * image.channels();
        byte[] above = new byte[rowBytes];
        byte[] row = new byte[rowBytes];
        byte[][] filtered = new byte[FILTERS][rowBytes + 1];
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Deflater deflater = new Deflater();
        try (DeflaterOutputStream out = new DeflaterOutputStream(bytes, deflater, 1 << 15)) {
            for (int y = 0; y < image.height(); y++) {
                System.arraycopy(image.pixels(), y * rowBytes, row, 0, rowBytes);
                out.write(smallest(row, above, image.channels(), filtered));
                System.arraycopy(row, 0, above, 0, rowBytes);
            }
        } finally {
            deflater.end();
        }
        return bytes.toByteArray();
    }

    private static byte[] smallest(byte[] row, byte[] above, int channels, byte[][] filtered) {
        int best = 0;
        long least = Long.MAX_VALUE;
        for (int filter = 0; filter < FILTERS; filter++) {
            long sum = filter(filter, row, above, channels, filtered[filter]);
            if (sum < least) {
                least = sum;
                best = filter;
            }
        }
        return filtered[best];
    }

    /** Fills {@code to} with the filter's number and the filtered row; returns the sum of magnitudes. */
    private static long filter(int filter, byte[] row, byte[] above, int channels, byte[] to) {
        long sum = 0;
        to[0] = (byte) filter;
        for (int i = 0; i < row.length; i++) {
            int left = i < channels ? 0 : row[i - channels] & 0xFF;
            int up = above[i] & 0xFF;
            int corner = i < channels ? 0 : above[i - channels] & 0xFF;
            int predicted = switch (filter) {
                case 0 -> 0;
                case 1 -> left;
                case 2 -> up;
                case 3 -> (left + up) / 2;
                default -> paeth(left, up, corner);
            };
            to[i + 1] = (byte) (row[i] - predicted);
            sum += Math.abs(to[i + 1]);
        }
        return sum;
    }

    /** Whichever of the three neighbours is nearest to {@code left + up - corner}. */
    private static int paeth(int left, int up, int corner) {
        int toLeft = Math.abs(up - corner);
        int toUp = Math.abs(left - corner);
        int toCorner = Math.abs(left + up - 2 * corner);
        if (toLeft <= toUp && toLeft <= toCorner) {
            return left;
        }
        return toUp <= toCorner ? up : corner;
    }
}
