package dev.reverie.tensor.kernel;

/** The places of the input that a box of outputs reads, along three axes. */
final class InputBox {
    /** The first place of each axis, which may lie before the map's. */
    final int[] low = new int[3];

    /** Places of each axis. */
    final int[] span = new int[3];

    /** Where the first place lies in the map's array, or would. */
    int at;

    /** Whether no place lies beyond the map's edges: others are read from a padded copy. */
    boolean inside;

    /**
     * From now on what the box of element {@code n} reads that begins with output {@code start}.
     *
     * @param extent outputs along each axis
     */
    void find(TapAxis[] axes, FeatureMap x, int n, int[] start, int[] extent) {
        at = x.at(n);
        inside = true;
        for (int d = 0; d < 3; d++) {
            low[d] = start[d] * axes[d].inStride + axes[d].lowest;
            span[d] = axes[d].span(extent[d]);
            at += low[d] * x.stride(d);
            inside &= low[d] >= 0 && low[d] + span[d] <= x.size(d);
        }
    }
}
