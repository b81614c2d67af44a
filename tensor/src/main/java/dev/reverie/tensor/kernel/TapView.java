package dev.reverie.tensor.kernel;

/** A convolution's taps and rows in an array with given distances along the axes: the input itself, or a padded copy. */
final class TapView {
    final int[] strides;
    /** Where each tap reads, in row-major order, from where the lowest does. */
    final int[] taps;
    /** The same as stretches of k. */
    final Runs runs;

    private final TapAxis[] axes;

    /** @param perGroup channels that a tap reads side by side */
    TapView(TapAxis[] axes, int[] strides, int perGroup) {
        this.axes = axes;
        this.strides = strides;
        this.taps = new int[TapAxis.taps(axes)];
        int tap = 0;
        for (int i = 0; i < axes[0].taps.length; i++) {
            for (int j = 0; j < axes[1].taps.length; j++) {
                for (int k = 0; k < axes[2].taps.length; k++) {
                    taps[tap++] = axes[0].distance(i) * strides[0]
                            + axes[1].distance(j) * strides[1]
                            + axes[2].distance(k) * strides[2];
                }
            }
        }
        this.runs = Runs.of(taps, perGroup);
    }

    /** Writes where the outputs of a box read, when its first reads at {@code base}; returns their number. */
    int rows(int base, int[] extent, int[] table) {
        return offsets(
                base,
                extent,
                axes[0].inStride * strides[0],
                axes[1].inStride * strides[1],
                axes[2].inStride * strides[2],
                table);
    }

    /** Writes offsets of a box's places in row-major order; returns their number. */
    static int offsets(int base, int[] extent, int step0, int step1, int step2, int[] table) {
        int row = 0;
        for (int i = 0; i < extent[0]; i++) {
            for (int j = 0; j < extent[1]; j++) {
                for (int k = 0; k < extent[2]; k++) {
                    table[row++] = base + i * step0 + j * step1 + k * step2;
                }
            }
        }
        return row;
    }
}
