package dev.reverie.diffusion.image;

import dev.reverie.diffusion.Image;

/**
 * Resizing to the bit as PIL's {@code Image.resize} does it (python-pillow/Pillow, src/libImaging/Resample.c and
 * Geometry.c): across and down, or down and across, rounded to 8 bits in between; weights of 22 bits; a reduction
 * widens the filter. A picture with alpha is premultiplied while it is resized.
 */
public final class Resizing {
    private static final int WEIGHT_BITS = 22;

    private Resizing() {}

    /** What one output pixel is made of: {@code weights} of the inputs from {@code first} on. */
    private record Taps(int first, int[] weights) {}

    /** The picture in another size; texts stay. */
    public static Image resize(Image image, int width, int height, ResizeFilter filter) {
        if (!Image.fits(width, height)) {
            throw new IllegalArgumentException("a picture cannot have %d x %d pixels".formatted(width, height));
        }
        if (width == image.width() && height == image.height()) {
            return image;
        }
        Image resized;
        if (filter == ResizeFilter.NEAREST) {
            resized = nearest(image, width, height);
        } else if (image.channels() == 4) {
            resized = divided(filtered(premultiplied(image), width, height, filter));
        } else {
            resized = filtered(image, width, height, filter);
        }
        return resized.withTexts(image.texts());
    }

    private static Image nearest(Image image, int width, int height) {
        int channels = image.channels();
        int[] columns = nearest(image.width(), width);
        int[] rows = nearest(image.height(), height);
        byte[] pixels = new byte[width * height * channels];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int from = (rows[y] * image.width() + columns[x]) * channels;
                System.arraycopy(image.pixels(), from, pixels, (y * width + x) * channels, channels);
            }
        }
        return Image.of(width, height, channels, pixels);
    }

    /** The input under each output's centre; the place is a running sum, as in PIL, whose rounding decides at edges. */
    private static int[] nearest(int in, int out) {
        double scale = (double) in / out;
        double place = scale * 0.5;
        int[] from = new int[out];
        for (int i = 0; i < out; i++) {
            from[i] = Math.min((int) place, in - 1);
            place += scale;
        }
        return from;
    }

    private static Image filtered(Image image, int width, int height, ResizeFilter filter) {
        Taps[] columns = taps(image.width(), width, filter);
        Taps[] rows = taps(image.height(), height, filter);
        return isDownFirst(image, width, height)
                ? across(down(image, rows), columns)
                : down(across(image, columns), rows);
    }

    /** PIL's rule since version 13, found by 4,658 sizes: down first where that takes away many more rows. */
    private static boolean isDownFirst(Image image, int width, int height) {
        return height < image.height() && 2 * (image.width() - width) < image.height() - height;
    }

    private static Taps[] taps(int in, int out, ResizeFilter filter) {
        double scale = (double) in / out;
        double stretch = Math.max(1, scale);
        double support = filter.support() * stretch;
        Taps[] taps = new Taps[out];
        for (int i = 0; i < out; i++) {
            double centre = (i + 0.5) * scale;
            int first = Math.max(0, (int) (centre - support + 0.5));
            int end = Math.min(in, (int) (centre + support + 0.5));
            double[] weights = new double[end - first];
            double sum = 0;
            for (int j = 0; j < weights.length; j++) {
                weights[j] = filter.weight((j + first - centre + 0.5) * (1 / stretch));
                sum += weights[j];
            }
            taps[i] = new Taps(first, fixedPoint(weights, sum));
        }
        return taps;
    }

    private static int[] fixedPoint(double[] weights, double sum) {
        int[] fixed = new int[weights.length];
        for (int j = 0; j < fixed.length; j++) {
            double scaled = (sum == 0 ? weights[j] : weights[j] / sum) * (1 << WEIGHT_BITS);
            fixed[j] = (int) (scaled < 0 ? scaled - 0.5 : scaled + 0.5);
        }
        return fixed;
    }

    private static Image across(Image image, Taps[] taps) {
        if (taps.length == image.width()) {
            return image;
        }
        int channels = image.channels();
        int width = taps.length;
        byte[] pixels = new byte[width * image.height() * channels];
        for (int y = 0; y < image.height(); y++) {
            for (int x = 0; x < width; x++) {
                int from = (y * image.width() + taps[x].first) * channels;
                for (int c = 0; c < channels; c++) {
                    pixels[(y * width + x) * channels + c] = sum(image.pixels(), from + c, channels, taps[x].weights);
                }
            }
        }
        return Image.of(width, image.height(), channels, pixels);
    }

    private static Image down(Image image, Taps[] taps) {
        if (taps.length == image.height()) {
            return image;
        }
        int rowBytes = image.width() * image.channels();
        byte[] pixels = new byte[taps.length * rowBytes];
        for (int y = 0; y < taps.length; y++) {
            for (int i = 0; i < rowBytes; i++) {
                int from = taps[y].first * rowBytes + i;
                pixels[y * rowBytes + i] = sum(image.pixels(), from, rowBytes, taps[y].weights);
            }
        }
        return Image.of(image.width(), taps.length, image.channels(), pixels);
    }

    private static byte sum(byte[] pixels, int from, int step, int[] weights) {
        int sum = 1 << (WEIGHT_BITS - 1);
        for (int j = 0; j < weights.length; j++) {
            sum += (pixels[from + j * step] & 0xFF) * weights[j];
        }
        return (byte) Math.clamp(sum >> WEIGHT_BITS, 0, 255);
    }

    private static Image premultiplied(Image image) {
        byte[] pixels = image.pixels().clone();
        for (int i = 0; i < pixels.length; i++) {
            if (i % 4 != 3) {
                int product = (pixels[i] & 0xFF) * (pixels[i | 3] & 0xFF) + 128;
                pixels[i] = (byte) (((product >> 8) + product) >> 8); // rounded division by 255
            }
        }
        return Image.of(image.width(), image.height(), 4, pixels);
    }

    private static Image divided(Image image) {
        byte[] pixels = image.pixels();
        for (int i = 0; i < pixels.length; i++) {
            int alpha = pixels[i | 3] & 0xFF;
            if (i % 4 != 3 && alpha != 0 && alpha != 255) {
                pixels[i] = (byte) Math.min(255, 255 * (pixels[i] & 0xFF) / alpha);
            }
        }
        return image;
    }
}
