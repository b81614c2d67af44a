package dev.reverie.diffusion.family;

import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Tensor;

/** Resizing of maps that goes on beyond edges that meet: an interpolation would repeat the edge there. */
final class RingResize {
    /** Places beyond an edge that the widest filter asks for. */
    private static final int REACH = 4;

    /** Any way to resize {@code [N, h, w, C]}. */
    @FunctionalInterface
    interface Resize {
        Tensor apply(Tensor x, int height, int width);
    }

    private RingResize() {}

    /** {@code x [N, h, w, C] -> [N, height, width, C]}, along the axes that are rings in {@code frame}. */
    static Tensor apply(Frame frame, Tensor x, int height, int width, Resize resize) {
        int rows = frame.wrap().y() ? margin(x.dim(1), height) : 0;
        int columns = frame.wrap().x() ? margin(x.dim(2), width) : 0;
        if (rows == 0 && columns == 0) {
            return resize.apply(x, height, width);
        }
        Tensor around = part(frame, x, -rows, -columns, x.dim(1) + 2 * rows, x.dim(2) + 2 * columns);
        int top = rows * height / x.dim(1);
        int left = columns * width / x.dim(2);
        Tensor large = resize.apply(around, height + 2 * top, width + 2 * left);
        return part(frame, large, top, left, height, width);
    }

    /** So many places that their size after resizing is whole, too. */
    private static int margin(int from, int to) {
        int step = from / gcd(from, to);
        return Math.ceilDiv(REACH, step) * step;
    }

    private static int gcd(int a, int b) {
        return b == 0 ? a : gcd(b, a % b);
    }

    /** The part of a ring that begins at {@code top} and {@code left}, which may be outside. */
    private static Tensor part(Frame frame, Tensor x, int top, int left, int height, int width) {
        Tensor y = frame.tensor(x.dim(0), height, width, x.dim(3));
        int channels = x.dim(3);
        for (int n = 0; n < x.dim(0) && !frame.isMeasuring(); n++) {
            for (int i = 0; i < height; i++) {
                int row = n * x.dim(1) + Math.floorMod(top + i, x.dim(1));
                for (int j = 0; j < width; j++) {
                    int from = (row * x.dim(2) + Math.floorMod(left + j, x.dim(2))) * channels;
                    int to = ((n * height + i) * width + j) * channels;
                    System.arraycopy(x.data(), x.offset() + from, y.data(), y.offset() + to, channels);
                }
            }
        }
        return y;
    }
}
