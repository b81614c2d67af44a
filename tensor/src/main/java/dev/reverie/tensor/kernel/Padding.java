package dev.reverie.tensor.kernel;

import dev.reverie.tensor.ConvGeometry.PadMode;
import java.util.Arrays;

/** Copies a box of a feature map, with what a padding puts beyond the edges. */
final class Padding {
    private Padding() {}

    /** Index that stands at {@code i} of an axis, or -1 for zero, which also stands where no reflection reaches. */
    static int source(int i, int size, PadMode mode) {
        if (i >= 0 && i < size) {
            return i;
        }
        return switch (mode) {
            case ZEROS -> -1;
            case REPLICATE -> Math.clamp(i, 0, size - 1);
            case CIRCULAR -> Math.floorMod(i, size);
            case REFLECT -> Math.max(-1, i >= 0 ? 2 * (size - 1) - i : -i < size ? -i : -1);
        };
    }

    /**
     * Copies the box of {@code extent} that begins at {@code low} (which may lie outside) of element {@code n}.
     *
     * @param strides distances along the three axes in {@code box}; the last is the number of channels
     */
    static void copy(FeatureMap x, int n, PadMode mode, int[] low, int[] extent, float[] box, int[] strides) {
        for (int i = 0; i < extent[0]; i++) {
            int s0 = source(low[0] + i, x.size(0), x.beyond(0, mode));
            for (int j = 0; j < extent[1]; j++) {
                int s1 = source(low[1] + j, x.size(1), x.beyond(1, mode));
                int to = i * strides[0] + j * strides[1];
                if (s0 < 0 || s1 < 0) {
                    Arrays.fill(box, to, to + extent[2] * x.channels, 0f);
                } else {
                    line(x, x.at(n) + s0 * x.stride(0) + s1 * x.stride(1), mode, low[2], extent[2], box, to);
                }
            }
        }
    }

    /** One line along the last axis: {@code extent} places from {@code low} on; {@code from} is where place 0 lies. */
    static void line(FeatureMap x, int from, PadMode mode, int low, int extent, float[] box, int to) {
        PadMode beyond = x.beyond(2, mode);
        int channels = x.channels;
        int inside = Math.clamp(-low, 0, extent);
        int end = Math.clamp(x.size(2) - low, inside, extent);
        for (int i = 0; i < inside; i++) {
            pixel(x, from, source(low + i, x.size(2), beyond), box, to + i * channels);
        }
        if (inside < end) {
            int count = (end - inside) * channels;
            System.arraycopy(x.data, from + (low + inside) * channels, box, to + inside * channels, count);
        }
        for (int i = end; i < extent; i++) {
            pixel(x, from, source(low + i, x.size(2), beyond), box, to + i * channels);
        }
    }

    private static void pixel(FeatureMap x, int from, int source, float[] box, int to) {
        if (source < 0) {
            Arrays.fill(box, to, to + x.channels, 0f);
        } else {
            System.arraycopy(x.data, from + source * x.channels, box, to, x.channels);
        }
    }
}
