package dev.reverie.diffusion.image;

import dev.reverie.diffusion.Image;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.Raster;

/** Pixels of the JDK's pictures as they were stored: {@code getRGB} would bend grey by a gamma curve. */
final class Samples {
    private Samples() {}

    /** @throws IllegalArgumentException if its colours are not RGB or grey: CMYK needs a profile to be right */
    static Image of(BufferedImage picture) {
        int space = picture.getColorModel().getColorSpace().getType();
        if (space != ColorSpace.TYPE_RGB && space != ColorSpace.TYPE_GRAY) {
            throw new IllegalArgumentException("has colours that are neither RGB nor grey, such as CMYK");
        }
        int channels = picture.getColorModel().hasAlpha() ? 4 : 3;
        byte[] pixels = new byte[picture.getWidth() * picture.getHeight() * channels];
        if (picture.getColorModel() instanceof ComponentColorModel) {
            fromSamples(picture, channels, pixels);
        } else {
            fromColours(picture, channels, pixels);
        }
        return Image.of(picture.getWidth(), picture.getHeight(), channels, pixels);
    }

    /** One or two samples are grey and alpha, three or four colour and alpha. */
    private static void fromSamples(BufferedImage picture, int channels, byte[] pixels) {
        Raster raster = picture.getRaster();
        ColorModel model = picture.getColorModel();
        int bands = raster.getNumBands();
        int bits = model.getComponentSize(0);
        int[] row = new int[picture.getWidth() * bands];
        int to = 0;
        for (int y = 0; y < picture.getHeight(); y++) {
            raster.getPixels(raster.getMinX(), raster.getMinY() + y, picture.getWidth(), 1, row);
            for (int from = 0; from < row.length; from += bands) {
                for (int c = 0; c < channels; c++) {
                    int band = c == 3 ? bands - 1 : bands < 3 ? 0 : c;
                    pixels[to++] = eightBits(row[from + band], bits);
                }
            }
        }
    }

    private static byte eightBits(int sample, int bits) {
        return (byte) (bits >= 8 ? sample >> (bits - 8) : sample * 255 / ((1 << bits) - 1));
    }

    private static void fromColours(BufferedImage picture, int channels, byte[] pixels) {
        int[] row = new int[picture.getWidth()];
        int to = 0;
        for (int y = 0; y < picture.getHeight(); y++) {
            picture.getRGB(0, y, row.length, 1, row, 0, row.length);
            for (int argb : row) {
                for (int c = 0; c < channels; c++) {
                    pixels[to++] = (byte) (argb >> (c == 3 ? 24 : 16 - 8 * c));
                }
            }
        }
    }
}
