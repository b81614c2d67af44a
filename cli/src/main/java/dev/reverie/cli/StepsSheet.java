package dev.reverie.cli;

import dev.reverie.diffusion.Image;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Pictures of equal size side by side, row after row. */
final class StepsSheet {
    private static final int ACROSS = 5;

    private final List<Image> pictures = new ArrayList<>();

    void add(Image picture) {
        pictures.add(picture);
    }

    Image picture() {
        int width = pictures.getFirst().width();
        int height = pictures.getFirst().height();
        int across = Math.min(ACROSS, pictures.size());
        int rows = (pictures.size() + across - 1) / across;
        byte[] pixels = new byte[across * width * rows * height * 3];
        Arrays.fill(pixels, (byte) 255);
        for (int i = 0; i < pictures.size(); i++) {
            byte[] own = pictures.get(i).opaque().pixels();
            for (int y = 0; y < height; y++) {
                int to = ((i / across * height + y) * across * width + i % across * width) * 3;
                System.arraycopy(own, y * width * 3, pixels, to, width * 3);
            }
        }
        return Image.of(across * width, rows * height, 3, pixels);
    }
}
