package dev.reverie.tensor.kernel;

/**
 * Panels of numbers that are stored in their own size and become float32 a block at a time, in the thread's scratch: a
 * product reads each block many times while it is in the cache. The chains of the product do not know the difference.
 */
abstract class WideningPanels implements PanelSource {
    private static final int BLOCK = 4; // scratch slots
    private static final int TAPS = 6;

    private final int k;
    private final int n;

    WideningPanels(int k, int n) {
        this.k = k;
        this.n = n;
    }

    /** Writes rows {@code from .. from + length - 1} of a panel to {@code to[at ..]}, {@code [length][width]}. */
    abstract void widen(int column, int width, int from, int length, float[] to, int at, Scratch scratch);

    @Override
    public final int k() {
        return k;
    }

    @Override
    public final int n() {
        return n;
    }

    /** One panel: with {@link Runs#LONGEST} rows of k it takes a tenth of a second-level cache. */
    @Override
    public final int columnsOfPass() {
        return Tile.WIDTH;
    }

    /** Blocks are widened once. */
    @Override
    public final int leastRowsOfPiece() {
        return mostRowsOfPiece();
    }

    @Override
    public final void read(int from, int to, int first, int length, Scratch scratch, Block block) {
        float[] values = scratch.floats(BLOCK, Panels.FIRST + (to - from + Tile.WIDTH) * length);
        for (int column = from, width; column < to; column += width) {
            width = Tile.vectors(n - column) * Tile.UNIT;
            widen(column, width, first, length, values, Panels.FIRST + (column - from) * length, scratch);
        }
        block.set(values, Panels.FIRST - from * length, length, 0);
    }

    @Override
    public final void readTaps(
            int column, int width, int from, int length, int step, int count, Scratch scratch, Block block) {
        float[] values = scratch.floats(TAPS, Panels.FIRST + count * length * width);
        for (int tap = 0; tap < count; tap++) {
            widen(column, width, from + tap * step, length, values, Panels.FIRST + tap * length * width, scratch);
        }
        block.set(values, Panels.FIRST, length * width, 0);
    }
}
