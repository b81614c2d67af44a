package dev.reverie.tensor.kernel;

/**
 * The outputs of a convolution cut into boxes of about {@link Product#ROWS}, by their number alone. Boxes are compact,
 * so that the inputs of neighbouring taps overlap and few boxes touch an edge.
 */
final class Boxes {
    private final int[] sizes;
    private final int[] lengths;
    private final int[] counts = new int[3];

    /** @param sizes outputs along the three axes, each at least 1 */
    Boxes(int... sizes) {
        this.sizes = sizes;
        int depth = sizes[0] > 1 && sizes[1] > 1 ? 4 : 1;
        int width = sizes[1] == 1 && sizes[0] == 1 ? Product.rowsOfPiece(sizes[2], Product.ROWS) : depth > 1 ? 6 : 12;
        int d2 = Math.min(sizes[2], width);
        int d1 = Math.min(sizes[1], Product.ROWS / depth / d2);
        int d0 = Math.min(sizes[0], Product.ROWS / (d1 * d2));
        lengths = new int[] {d0, d1, d2};
        for (int d = 0; d < 3; d++) {
            counts[d] = (sizes[d] + lengths[d] - 1) / lengths[d];
        }
    }

    int count() {
        return counts[0] * counts[1] * counts[2];
    }

    /** The longest box along an axis. */
    int length(int axis) {
        return lengths[axis];
    }

    /** Outputs of a box at most. */
    int most() {
        return lengths[0] * lengths[1] * lengths[2];
    }

    /** Box {@code index}: its first output along the axes, and how many it has. */
    void find(int index, int[] start, int[] extent) {
        start[0] = index / (counts[1] * counts[2]) * lengths[0];
        start[1] = index / counts[2] % counts[1] * lengths[1];
        start[2] = index % counts[2] * lengths[2];
        for (int d = 0; d < 3; d++) {
            extent[d] = Math.min(lengths[d], sizes[d] - start[d]);
        }
    }
}
