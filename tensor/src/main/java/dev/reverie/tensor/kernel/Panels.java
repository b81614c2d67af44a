package dev.reverie.tensor.kernel;

import dev.reverie.tensor.StoredMatrix;

/**
 * The right factor of a product, {@code [K, N]}, in the order in which {@link Tile} reads it: panels of columns, each
 * {@code [K][width]}; full panels first, then at most two narrower ones, the last filled up with zeros.
 */
public final class Panels implements PanelSource {
    /**
     * Index of the first element in an array of its own. The 16 bytes of an array's header and 12 floats make 64 bytes,
     * a cache line, and G1 starts large arrays at a region's start: so full panels are aligned. Other collectors promise
     * no address, and a wrong guess costs nothing.
     */
    public static final int FIRST = 12;

    /** Elements below which packing, a millisecond's work, is not worth a second thread. */
    private static final int SMALL = 1 << 20;

    private static final int ROWS = 0; // scratch slot

    final float[] values;
    final int first;
    final int k;
    final int n;

    private Panels(float[] values, int first, int k, int n) {
        this.values = values;
        this.first = first;
        this.k = k;
        this.n = n;
    }

    /** Floats that the panels of a {@code [k, n]} factor take, {@link #FIRST} included. */
    public static int floats(int k, int n) {
        return Math.addExact(FIRST, Math.multiplyExact(k, (n + Tile.UNIT - 1) / Tile.UNIT * Tile.UNIT));
    }

    /** Packs weights {@code w [n, k]} into an array of their own. */
    public static Panels ofRows(int k, int n, float[] w, int wo) {
        return ofRows(k, n, w, wo, k);
    }

    /** Packs weights {@code w [n, k]} whose rows are {@code stride} apart. */
    public static Panels ofRows(int k, int n, float[] w, int wo, int stride) {
        Panels panels = zeros(k, n);
        panels.eachPanel((column, width, scratch) -> {
            int from = wo + column * stride;
            pack(k, Math.min(width, n - column), width, w, from, stride, panels.values, panels.at(column));
        });
        return panels;
    }

    /** Packs a matrix {@code [n, k]} a panel at a time, so that its float32 form is never there as a whole. */
    public static Panels of(StoredMatrix matrix) {
        int n = matrix.shape().dim(0);
        Panels panels = zeros(n == 0 ? 0 : matrix.shape().elementCount() / n, n);
        panels.eachPanel(
                (column, width, scratch) -> pack(matrix, column, width, panels.values, panels.at(column), scratch));
        return panels;
    }

    /** Packs the panel of rows {@code column ..} of a matrix {@code [n, k]}, {@code width} wide, to {@code to[at ..]}. */
    static void pack(StoredMatrix matrix, int column, int width, float[] to, int at, Scratch scratch) {
        int n = matrix.shape().dim(0);
        int k = matrix.shape().elementCount() / n;
        int real = Math.min(width, n - column);
        float[] rows = scratch.floats(ROWS, real * k);
        matrix.floats((long) column * k, rows, 0, real * k);
        float[] scales = matrix.scales();
        for (int j = 0; j < real && scales.length > 0; j++) {
            Elementwise.scaleBlock(k, scales[scales.length == 1 ? 0 : column + j], rows, j * k, rows, j * k);
        }
        pack(k, real, width, rows, 0, k, to, at);
    }

    /** A factor of zeros, to be filled a panel at a time. */
    static Panels zeros(int k, int n) {
        return new Panels(new float[floats(k, n)], FIRST, k, n);
    }

    /** Packs an activation {@code b [k, n]} into {@code memory}, which holds {@link #floats} from {@code at} on. */
    public static Panels ofColumns(int k, int n, float[] b, int bo, float[] memory, int at) {
        Panels panels = new Panels(memory, at + FIRST, k, n);
        panels.eachPanel((column, width, scratch) -> panels.packColumns(column, width, b, bo));
        return panels;
    }

    /** Where the panel that begins with {@code column} starts: all columns before it are there in full. */
    int at(int column) {
        return first + column * k;
    }

    /** What is done with the panel that begins with {@code column} and is {@code width} wide. */
    interface PanelWork {
        void run(int column, int width, Scratch scratch);
    }

    /** Does something with each panel, on several threads. */
    void eachPanel(PanelWork work) {
        eachPanel(k, n, work);
    }

    /** Does something with each panel of a {@code [k, n]} factor, on several threads. */
    static void eachPanel(int k, int n, PanelWork work) {
        int pieces = (n + Tile.WIDTH - 1) / Tile.WIDTH;
        int together = (long) k * n < SMALL ? pieces : 1; // panels a piece
        Pool.run((pieces + together - 1) / Math.max(1, together), (piece, scratch) -> {
            int from = piece * together * Tile.WIDTH;
            int to = Math.min(n, from + together * Tile.WIDTH);
            for (int column = from, width; column < to; column += width) {
                width = Tile.vectors(n - column) * Tile.UNIT;
                work.run(column, width, scratch);
            }
        });
    }

    @Override
    public int k() {
        return k;
    }

    @Override
    public int n() {
        return n;
    }

    /** 384 rows of a panel and 512 columns are 768 KiB, what a second-level cache of 1 MiB holds. */
    @Override
    public int columnsOfPass() {
        return Product.COLUMNS;
    }

    @Override
    public void read(int from, int to, int skip, int length, Scratch scratch, Block block) {
        block.set(values, first, k, skip);
    }

    @Override
    public void readTaps(
            int column, int width, int from, int length, int step, int count, Scratch scratch, Block block) {
        block.set(values, at(column) + from * width, step * width, 0);
    }

    /**
     * Packs one panel {@code to [k][width]} from {@code real} rows of {@code w}, {@code stride} apart; the columns that
     * are left become zero.
     */
    static void pack(int k, int real, int width, float[] w, int wo, int stride, float[] to, int at) {
        for (int block = 0; block < k; block += 64) { // 64 rows of a panel lie in the first-level cache
            int end = Math.min(k, block + 64);
            for (int j = 0; j < real; j++) {
                int from = wo + j * stride;
                for (int i = block; i < end; i++) {
                    to[at + i * width + j] = w[from + i];
                }
            }
        }
        for (int i = 0; i < k && real < width; i++) {
            java.util.Arrays.fill(to, at + i * width + real, at + (i + 1) * width, 0f);
        }
    }

    private void packColumns(int column, int width, float[] b, int bo) {
        int real = Math.min(width, n - column);
        for (int i = 0; i < k; i++) {
            int to = at(column) + i * width;
            System.arraycopy(b, bo + i * n + column, values, to, real);
            java.util.Arrays.fill(values, to + real, to + width, 0f);
        }
    }
}
