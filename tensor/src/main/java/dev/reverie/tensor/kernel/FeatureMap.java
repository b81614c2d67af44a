package dev.reverie.tensor.kernel;

import dev.reverie.tensor.ConvGeometry.PadMode;
import dev.reverie.tensor.Wrap;

/** Where a tensor {@code [N, d0, d1, d2, C]} lies in an array; axes that a tensor does not have are 1 long. */
public final class FeatureMap {
    final float[] data;
    final int offset;
    final int batch;
    final int channels;
    private final int[] sizes;
    private final Wrap wrap;

    /** A map without rings. */
    public FeatureMap(float[] data, int offset, int batch, int[] sizes, int channels) {
        this(data, offset, batch, sizes, channels, Wrap.NONE);
    }

    /**
     * A map at {@code offset}.
     *
     * @param sizes the three axes, outermost first
     * @param wrap which of the last two are rings
     */
    public FeatureMap(float[] data, int offset, int batch, int[] sizes, int channels, Wrap wrap) {
        this.data = data;
        this.offset = offset;
        this.batch = batch;
        this.sizes = sizes.clone();
        this.channels = channels;
        this.wrap = wrap;
    }

    /** What stands beyond the edges of an axis, for a convolution that pads by {@code mode}. */
    PadMode beyond(int axis, PadMode mode) {
        boolean ring = (axis == 1 && wrap.y()) || (axis == 2 && wrap.x());
        return ring ? PadMode.CIRCULAR : mode;
    }

    int size(int axis) {
        return sizes[axis];
    }

    /** Distance of two neighbours along an axis. */
    int stride(int axis) {
        return switch (axis) {
            case 0 -> sizes[1] * sizes[2] * channels;
            case 1 -> sizes[2] * channels;
            default -> channels;
        };
    }

    /** Where element {@code n} of the batch begins. */
    int at(int n) {
        return offset + n * sizes[0] * stride(0);
    }

    /** The same places in a row. */
    FeatureMap flat() {
        return new FeatureMap(data, offset, 1, new int[] {1, 1, batch * sizes[0] * sizes[1] * sizes[2]}, channels);
    }
}
