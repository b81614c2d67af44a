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
        int apart = 1;
        while (!Image.fits((long) across * width(apart), (long) rows * height(apart))) {
            apart++;
        }
        int stride = across * width(apart);
        byte[] pixels = new byte[stride * rows * height(apart) * 3];
        Arrays.fill(pixels, (byte) 255);
        for (int i = 0; i < pictures.size(); i++) {
            copy(
                    pictures.get(i),
                    apart,
                    pixels,
                    i / across * height(apart) * stride + i % across * width(apart),
                    stride);
        }
        return Image.of(stride, rows * height(apart), 3, pixels);
    }

    /** Of a cell, where of each picture only pixels that far apart are shown. */
    private int width(int apart) {
        int widest = pictures.stream().mapToInt(Image::width).max().orElseThrow();
        return (widest + apart - 1) / apart;
    }

    private int height(int apart) {
        int highest = pictures.stream().mapToInt(Image::height).max().orElseThrow();
        return (highest + apart - 1) / apart;
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
