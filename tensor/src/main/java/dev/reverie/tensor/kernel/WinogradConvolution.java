package dev.reverie.tensor.kernel;

import dev.reverie.tensor.ConvGeometry;
import dev.reverie.tensor.ConvGeometry.PadMode;
import dev.reverie.tensor.Window;
import java.util.Arrays;
import java.util.List;

/**
 * A convolution of 3x3, or of any length in time by 3x3, with stride 1, by minimal filtering along the last two axes,
 * F(4x4, 3x3): 36 products for 16 outputs instead of 144 (A. Lavin, S. Gray, Fast Algorithms for Convolutional Neural
 * Networks, 2015).
 *
 * <p>Each of the 36 products is one chain over the taps of time, then channels. Transformed filters would be four times
 * as large as the filters, so they are not kept: a part that the second-level cache holds is transformed where it is
 * needed, again for each block of tiles.
 */
final class WinogradConvolution implements ConvolutionKernel {
    private static final MinimalFiltering SCHEME = MinimalFiltering.F4_3;
    private static final int OUTPUTS = SCHEME.outputs;
    /** Inputs, and products, along one axis. */
    private static final int SIDE = SCHEME.products;

    private static final int PRODUCTS = SIDE * SIDE;
    private static final int TAPS = SCHEME.taps * SCHEME.taps;
    private static final int[] TILE = {1, SIDE, SIDE};

    /** G, {@code [6][3]}. */
    private static final float[][] FILTER_MATRIX = floats(SCHEME.filterMatrix());

    /** Channels of a block of k: nine taps' rows of a panel and six products' are 0.7 MB with 16 lanes. */
    private static final int STEPS = 192;

    /** Tiles of a piece of work: transforming its filters costs as much as the products of three to five tiles. */
    private static final int TILES = 96;

    /** Pairs of channels for each channel, at least: transforms work per channel, products per pair. */
    private static final int LEAST_PAIRS = 15;

    private static final int INPUTS = 1; // scratch slots
    private static final int PRODUCT_SLOT = 2;
    private static final int PADDED = 3;
    private static final int HALF = 4;
    private static final int FILTERS = 5;

    private final Window time;
    private final Window[] windows;
    private final PadMode padMode;
    private final int in;
    private final int out;
    /** {@code [taps of time, 9, in]} by {@code [out]}. */
    private final PanelSource raw;

    /** @param raw {@code [taps of time, 9, in]} by {@code [out]} */
    WinogradConvolution(ConvGeometry geometry, int in, int out, PanelSource raw) {
        List<Window> axes = geometry.axes();
        this.time = axes.size() == 3 ? axes.getFirst() : Window.of(1);
        this.windows = new Window[] {axes.get(axes.size() - 2), axes.getLast()};
        this.padMode = geometry.padMode();
        this.in = in;
        this.out = out;
        this.raw = raw;
    }

    /** Whether this way is the better one, which the shape alone decides. */
    static boolean fits(ConvGeometry geometry, int in, int out) {
        List<Window> axes = geometry.axes();
        boolean fits = axes.size() >= 2 && geometry.groups() == 1;
        for (int axis = 0; axis < axes.size(); axis++) {
            Window w = axes.get(axis);
            boolean isTime = axis < axes.size() - 2;
            fits &= w.stride() == 1 && w.dilation() == 1 && (isTime || w.kernel() == SCHEME.taps);
        }
        return fits && (long) in * out >= (long) LEAST_PAIRS * (in + out);
    }

    private static float[][] floats(double[][] matrix) {
        float[][] floats = new float[matrix.length][SCHEME.taps];
        for (int i = 0; i < matrix.length; i++) {
            for (int j = 0; j < SCHEME.taps; j++) {
                floats[i][j] = (float) matrix[i][j];
            }
        }
        return floats;
    }

    @Override
    public void run(FeatureMap x, FeatureMap y, Epilogue epilogue) {
        Tiles tiles = new Tiles(y);
        TilePieces pieces = new TilePieces(1, tiles.count, TILES, out);
        Pool.run(pieces.count(), scratch -> {
            Block block = new Block(x, y, tiles, pieces, epilogue, scratch);
            return (piece, own) -> block.run(piece);
        });
    }

    /** All tiles of a result {@code [N, F, H, W, C]} in row-major order. */
    private static final class Tiles {
        final int across;
        final int down;
        final int frames;
        final int count;

        Tiles(FeatureMap y) {
            across = (y.size(2) + OUTPUTS - 1) / OUTPUTS;
            down = (y.size(1) + OUTPUTS - 1) / OUTPUTS;
            frames = y.size(0);
            count = y.batch * frames * down * across;
        }

        int element(int tile) {
            return tile / (across * down) / frames;
        }

        int frame(int tile) {
            return tile / (across * down) % frames;
        }

        int row(int tile) {
            return tile / across % down * OUTPUTS;
        }

        int column(int tile) {
            return tile % across * OUTPUTS;
        }
    }

    /** One thread's: some neighbouring tiles, and some columns of their outputs, one piece after the other. */
    private final class Block {
        private final FeatureMap x;
        private final FeatureMap y;
        private final Tiles all;
        private final TilePieces pieces;
        private final Epilogue epilogue;
        private final Scratch scratch;
        /** {@code [products][tiles][in]}. */
        private final float[] inputs;
        /** {@code [products + 1][tiles][width]}, the last all zeros. */
        private final float[] products;
        /** Rows of the first product's factor and result; those of the others lie at fixed distances. */
        private final Rows rows;

        private final PanelSource.Block taps = new PanelSource.Block();
        /** Where a tile that meets an edge begins. */
        private final int[] low = new int[3];

        private final int[] paired = new int[2 * MinimalFiltering.PAIRS];
        private final int[] paddedStrides = {0, SIDE * in, in};
        private int first;
        private int tiles;
        private int from;
        private int to;
        private int columns;
        /** The same, rounded up to whole vectors. */
        private int width;

        /** The first tile, and the tap of time, whose inputs are transformed: a block's next columns find them there. */
        private int heldFirst = -1;

        private int heldTap = -1;

        Block(FeatureMap x, FeatureMap y, Tiles all, TilePieces pieces, Epilogue epilogue, Scratch scratch) {
            this.x = x;
            this.y = y;
            this.all = all;
            this.pieces = pieces;
            this.epilogue = epilogue;
            this.scratch = scratch;
            int most = pieces.mostTiles();
            inputs = scratch.floats(INPUTS, PRODUCTS * most * in);
            products = scratch.floats(PRODUCT_SLOT, (PRODUCTS + 1) * most * pieces.mostColumns());
            rows = new Rows(inputs, products, most);
        }

        void run(int piece) {
            first = pieces.first(piece);
            tiles = pieces.tiles(piece);
            from = pieces.from(piece);
            to = pieces.to(piece);
            columns = to - from;
            width = (columns + Tile.UNIT - 1) / Tile.UNIT * Tile.UNIT;
            rows.set(tiles, 0, in, 0, width);
            boolean begun = false;
            for (int t = 0; t < time.kernel(); t++) {
                if (transformInputs(t)) {
                    multiply(t, !begun);
                    begun = true;
                }
            }
            int ends = PRODUCTS * tiles * width;
            Arrays.fill(products, begun ? ends : 0, ends + tiles * width, 0f);
            for (int tile = 0; tile < tiles; tile++) {
                transformOutputs(tile);
            }
        }

        /** Bᵀ d B of all tiles for one tap of time; false where that is beyond the edge for all of them. */
        private boolean transformInputs(int t) {
            boolean any = false;
            for (int tile = 0; tile < tiles; tile++) {
                any |= source(tile, t) >= 0;
            }
            if (any && (first != heldFirst || t != heldTap)) {
                for (int tile = 0; tile < tiles; tile++) {
                    transformInputs(tile, source(tile, t));
                }
                heldFirst = first;
                heldTap = t;
            }
            return any;
        }

        /** The frame that a tap of time reads, or -1. */
        private int source(int tile, int t) {
            return Padding.source(all.frame(first + tile) + t - time.padBefore(), x.size(0), padMode);
        }

        private void transformInputs(int tile, int frame) {
            int n = all.element(first + tile);
            int low1 = all.row(first + tile) - windows[0].padBefore();
            int low2 = all.column(first + tile) - windows[1].padBefore();
            float[] a = x.data;
            int line = x.stride(1);
            int at = x.at(n) + frame * x.stride(0) + low1 * line + low2 * in;
            if (frame < 0 || low1 < 0 || low1 + SIDE > x.size(1) || low2 < 0 || low2 + SIDE > x.size(2)) {
                a = scratch.floats(PADDED, PRODUCTS * in);
                line = SIDE * in;
                at = 0;
                low[0] = frame;
                low[1] = low1;
                low[2] = low2;
                Padding.copy(x, n, padMode, low, TILE, a, paddedStrides);
            }
            // [6][6 in], all six columns of the tile at once
            float[] half = scratch.floats(HALF, PRODUCTS * in);
            SCHEME.transformInputs(SIDE * in, a, at, line, half, 0, SIDE * in);
            for (int u = 0; u < SIDE; u++) {
                int v = (u * SIDE * tiles + tile) * in;
                SCHEME.transformInputs(in, half, u * SIDE * in, in, inputs, v, tiles * in);
            }
        }

        /** Goes on with the chains of all products by one tap of time. */
        private void multiply(int t, boolean begins) {
            for (int column = from, panel; column < to; column += panel) {
                panel = Tile.vectors(out - column) * Tile.UNIT;
                for (int k = 0; k < in; k += STEPS) {
                    int steps = Math.min(STEPS, in - k);
                    raw.readTaps(column, panel, t * TAPS * in + k, steps, in, TAPS, scratch, taps);
                    for (int u = 0; u < SIDE; u++) {
                        multiply(column, panel, k, steps, u, begins && k == 0);
                    }
                }
            }
        }

        /** The same for one panel, a block of k and the products {@code u, 0 .. 5}. */
        private void multiply(int column, int panel, int k, int steps, int u, boolean begins) {
            float[] filters = scratch.floats(FILTERS, SIDE * STEPS * Tile.WIDTH); // [6][steps][panel]
            float[] g = FILTER_MATRIX[u];
            Transform.filters(steps * panel, taps.values, taps.base, taps.pitch, g, FILTER_MATRIX, filters, 0);
            for (int v = 0; v < SIDE; v++) {
                int b = v * steps * panel;
                int product = (u * SIDE + v) * tiles;
                int factor = product * in + k;
                int result = product * width + column - from;
                for (int r = 0, count; r < tiles; r += count) {
                    count = Tile.rows(tiles - r);
                    int vectors = panel / Tile.UNIT;
                    Tile.run(count, vectors, rows, r, factor, steps, filters, b, result, begins);
                }
            }
        }

        /** Aᵀ m A, of which the part within the map is kept. */
        private void transformOutputs(int tile) {
            int row = all.row(first + tile);
            int column = all.column(first + tile);
            // [4][6][width] and one of zeros
            float[] half = scratch.floats(HALF, OUTPUTS * SIDE * width + width);
            int zeros = OUTPUTS * SIDE * width;
            Arrays.fill(half, zeros, zeros + width, 0f);
            int distance = tiles * width;
            int m = tile * width;
            for (int v = 0; v < SIDE; v++) {
                int product = m + v * distance;
                int none = m + PRODUCTS * distance;
                SCHEME.transformOutputs(
                        width, products, product, SIDE * distance, none, half, v * width, SIDE * width, paired);
            }
            int base = y.at(all.element(first + tile)) + all.frame(first + tile) * y.stride(0);
            int real = Math.min(OUTPUTS, y.size(2) - column);
            for (int i = 0; i < OUTPUTS && row + i < y.size(1); i++) {
                int at = base + (row + i) * y.stride(1) + column * out + from;
                line(half, i * SIDE * width, zeros, at, real);
                for (int j = 0; j < real; j++) {
                    epilogue.apply(y.data, at + j * out, from, columns);
                }
            }
        }

        /** The last transform along one line of a tile, of which {@code real} outputs are kept. */
        private void line(float[] half, int source, int zeros, int at, int real) {
            if (real == OUTPUTS) {
                SCHEME.transformOutputs(columns, half, source, width, zeros, y.data, at, out, paired);
                return;
            }
            float[] line = scratch.floats(PADDED, OUTPUTS * columns);
            SCHEME.transformOutputs(columns, half, source, width, zeros, line, 0, columns, paired);
            for (int j = 0; j < real; j++) {
                System.arraycopy(line, j * columns, y.data, at + j * out, columns);
            }
        }
    }
}
