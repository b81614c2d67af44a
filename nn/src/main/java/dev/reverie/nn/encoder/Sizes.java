package dev.reverie.nn.encoder;

/** Rules that configurations share; a sentence names the key as the file spells it. */
final class Sizes {
    private static final int MAX_LAYERS = 1_000;
    private static final int MAX_WIDTH = 1 << 15;
    private static final int MAX_ROWS = 1 << 20;

    private Sizes() {}

    /** A width of states or of something inside a layer. */
    static void width(String key, int width) {
        between(key, width, 1, MAX_WIDTH);
    }

    /** Number of layers. */
    static void layers(String key, int layers) {
        between(key, layers, 1, MAX_LAYERS);
    }

    /** Rows of a table: a vocabulary, positions. */
    static void rows(String key, int rows) {
        between(key, rows, 1, MAX_ROWS);
    }

    /** A table whose numbers must fit an array. */
    static void table(String rowsKey, int rows, String widthKey, int width) {
        rows(rowsKey, rows);
        width(widthKey, width);
        if ((long) rows * width > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "%s %d times %s %d is 2^31 or more".formatted(rowsKey, rows, widthKey, width));
        }
    }

    static void between(String key, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException("%s %d is not between %d and %d".formatted(key, value, min, max));
        }
    }

    static void multiple(String key, int value, String divisorKey, int divisor) {
        if (divisor < 1 || value % divisor != 0) {
            throw new IllegalArgumentException(
                    "%s %d is not a multiple of %s %d".formatted(key, value, divisorKey, divisor));
        }
    }

    static void eps(String key, double eps) {
        if (!(eps >= 0 && eps < 1)) {
            throw new IllegalArgumentException("%s %s is not between 0 and 1".formatted(key, eps));
        }
    }
}
