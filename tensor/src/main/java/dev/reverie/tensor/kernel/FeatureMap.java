package dev.reverie.tensor.kernel;

/** Where a tensor {@code [N, d0, d1, d2, C]} lies in an array; axes that a tensor does not have are 1 long. */
public final class FeatureMap {
    final float[] data;
    final int offset;
    final int batch;
    final int channels;
    private final int[] sizes;

    /**
     * A map at {@code offset}.
     *
     * @param sizes the three axes, outermost first
     */
    public FeatureMap(float[] data, int offset, int batch, int[] sizes, int channels) {
        this.data = data;
        this.offset = offset;
        this.batch = batch;
        this.sizes = sizes.clone();
        this.channels = channels;
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
