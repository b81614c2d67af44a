package dev.reverie.cli;

import dev.reverie.diffusion.Image;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Pictures side by side, row after row, each at the upper left of a cell that holds the largest; the first thousand of
 * them, and every other pixel or fewer where a file could not hold all.
 */
final class StepsSheet {
    private static final int ACROSS = 5;
    private static final int MOST = 1000;

    private final List<Image> pictures = new ArrayList<>();

    void add(Image picture) {
        if (pictures.size() < MOST) {
            pictures.add(picture.opaque());
        }
    }

    Image picture() {
        int across = Math.min(ACROSS, pictures.size());
        int rows = (pictures.size() + across - 1) / across;
        int widest = pictures.stream().mapToInt(Image::width).max().orElseThrow();
        int highest = pictures.stream().mapToInt(Image::height).max().orElseThrow();
        int apart = 1; // pixels that are shown
        while (!Image.fits((long) across * part(widest, apart), (long) rows * part(highest, apart))) {
            apart++;
        }
        int width = part(widest, apart);
        int height = part(highest, apart);
        int stride = across * width;
        byte[] pixels = new byte[stride * rows * height * 3];
        Arrays.fill(pixels, (byte) 255);
        for (int i = 0; i < pictures.size(); i++) {
            copy(pictures.get(i), apart, pixels, i / across * height * stride + i % across * width, stride);
        }
        return Image.of(stride, rows * height, 3, pixels);
    }

    private static int part(int length, int apart) {
        return (length + apart - 1) / apart;
    }

    private static void copy(Image picture, int apart, byte[] sheet, int first, int stride) {
        byte[] own = picture.pixels();
        for (int y = 0; y < picture.height(); y += apart) {
            for (int x = 0; x < picture.width(); x += apart) {
                int to = first + y / apart * stride + x / apart;
                System.arraycopy(own, (y * picture.width() + x) * 3, sheet, to * 3, 3);
            }
        }
    }
}
