package dev.reverie.cli;

import dev.reverie.diffusion.Image;

/** Pictures as sixels: bands of six rows, each drawn once for each of its colours. */
final class Sixel {
    private static final int LEVELS = 6; // of each of red, green, blue

    private Sixel() {}

    /** The picture, so many pixels high. */
    static String encode(Image picture, int height) {
        return encode(resized(picture, height));
    }

    /** Of pixels nearby: a preview may be rough. */
    private static Image resized(Image picture, int height) {
        int width = Math.max(1, (int) ((long) picture.width() * height / picture.height()));
        byte[] pixels = new byte[width * height * 3];
        for (int y = 0; y < height; y++) {
            int from = (int) ((long) y * picture.height() / height) * picture.width();
            for (int x = 0; x < width; x++) {
                int pixel = from + (int) ((long) x * picture.width() / width);
                System.arraycopy(picture.pixels(), 3 * pixel, pixels, 3 * (y * width + x), 3);
            }
        }
        return Image.of(width, height, 3, pixels);
    }

    private static String encode(Image picture) {
        StringBuilder text = new StringBuilder("\u001bPq\"1;1;")
                .append(picture.width())
                .append(';')
                .append(picture.height());
        for (int colour = 0; colour < LEVELS * LEVELS * LEVELS; colour++) {
            text.append('#').append(colour).append(";2;").append(percent(colour / (LEVELS * LEVELS)));
            text.append(';')
                    .append(percent(colour / LEVELS % LEVELS))
                    .append(';')
                    .append(percent(colour % LEVELS));
        }
        for (int top = 0; top < picture.height(); top += 6) {
            band(picture, top, text);
            text.append('-');
        }
        return text.append("\u001b\\").toString();
    }

    private static int percent(int level) {
        return level * 100 / (LEVELS - 1);
    }

    private static void band(Image picture, int top, StringBuilder text) {
        int rows = Math.min(6, picture.height() - top);
        int[][] masks = new int[LEVELS * LEVELS * LEVELS][];
        for (int y = 0; y < rows; y++) {
            for (int x = 0; x < picture.width(); x++) {
                int colour = colour(picture, x, top + y);
                if (masks[colour] == null) {
                    masks[colour] = new int[picture.width()];
                }
                masks[colour][x] |= 1 << y;
            }
        }
        for (int colour = 0; colour < masks.length; colour++) {
            if (masks[colour] != null) {
                text.append('#').append(colour);
                for (int mask : masks[colour]) {
                    text.append((char) ('?' + mask));
                }
                text.append('$');
            }
        }
    }

    private static int colour(Image picture, int x, int y) {
        int colour = 0;
        for (int channel = 0; channel < 3; channel++) {
            int level = (picture.get(x, y, channel) * (LEVELS - 1) + 127) / 255;
            colour = colour * LEVELS + level;
        }
        return colour;
    }
}
