package dev.reverie.tensor.kernel;

import dev.reverie.tensor.ConvGeometry;
import dev.reverie.tensor.ConvGeometry.PadMode;
import dev.reverie.tensor.Window;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A 3x3 convolution of stride 1 by minimal filtering along both axes, F(4x4, 3x3): 36 products for 16 outputs instead of
 * 144 (A. Lavin, S. Gray, Fast Algorithms for Convolutional Neural Networks, 2015).
 */
final class WinogradConvolution implements ConvolutionKernel {
    private static final MinimalFiltering SCHEME = MinimalFiltering.F4_3;
    private static final int OUTPUTS = SCHEME.outputs;
    /** Inputs, and products, along one axis. */
    private static final int SIDE = SCHEME.products;

    private static final int PRODUCTS = SIDE * SIDE;

    /** Tiles of a piece of work. */
    private static final int TILES = 48;

    /** Fewer channels are not worth the transforms. */
    private static final int LEAST_CHANNELS = 64;

    /** The packed filters are four times as large as they were: 59 MB at this limit, 640 channels to 640. */
    private static final int MOST_CHANNEL_PAIRS = 640 * 640;

    private static final int INPUTS = 1; // scratch slots
    private static final int PRODUCT_SLOT = 2;
    private static final int PADDED = 3;
    private static final int HALF = 4;

    private final Window[] windows;
    private final PadMode padMode;
    private final int in;
    private final int out;
    /** One factor {@code [in, out]} a product. */
    private final Panels[] panels = new Panels[PRODUCTS];

    private WinogradConvolution(ConvGeometry geometry, int in, int out, float[] values) {
        this.windows = geometry.axes().toArray(Window[]::new);
        this.padMode = geometry.padMode();
        this.in = in;
        this.out = out;
        Arrays.setAll(panels, j -> Panels.zeros(in, out));
        Panels raw = Panels.ofRows(9 * in, out, values, 0);
        double[][] factors = filterMatrix();
        raw.eachPanel((column, width) -> MinimalFiltering.transformFilters(
                factors, 9, in * width, raw.values, raw.at(column), panels, column, 0));
    }

    /** G g Gᵀ as one matrix {@code [36][9]} on the nine taps. */
    private static double[][] filterMatrix() {
        double[][] g = SCHEME.filterMatrix();
        double[][] both = new double[PRODUCTS][9];
        for (int j = 0; j < PRODUCTS; j++) {
            for (int tap = 0; tap < 9; tap++) {
                both[j][tap] = g[j / SIDE][tap / 3] * g[j % SIDE][tap % 3];
            }
        }
        return both;
    }

    /**
     * The convolution where this way is the better one, which the shape alone decides, else null.
     *
     * @param values {@code [out][taps][in]}
     */
    static @Nullable WinogradConvolution of(ConvGeometry geometry, int in, int out, float[] values) {
        boolean plain = geometry.axes().size() == 2 && geometry.groups() == 1;
        for (Window w : geometry.axes()) {
            plain &= w.kernel() == SCHEME.taps && w.stride() == 1 && w.dilation() == 1;
        }
        boolean wide = Math.min(in, out) >= LEAST_CHANNELS && (long) in * out <= MOST_CHANNEL_PAIRS;
        boolean whole = in % 16 == 0 && out % 16 == 0; // whole vectors at any lane width
        return plain && wide && whole ? new WinogradConvolution(geometry, in, out, values) : null;
    }

    @Override
    public void run(FeatureMap x, FeatureMap y, Epilogue epilogue) {
        int across = (y.size(2) + OUTPUTS - 1) / OUTPUTS;
        int tiles = (y.size(1) + OUTPUTS - 1) / OUTPUTS * across;
        int blocks = (tiles + TILES - 1) / TILES;
        int columns = Product.columnsOfTransformed(y.batch * blocks, panels[0]);
        int columnPieces = (out + columns - 1) / columns;
        Pool.run(y.batch * blocks * columnPieces, (piece, scratch) -> {
            int from = piece % columnPieces * columns;
            int first = piece / columnPieces % blocks * TILES;
            int count = Math.min(TILES, tiles - first);
            int n = piece / columnPieces / blocks;
            Block block = new Block(x, y, n, from, Math.min(out, from + columns), count, scratch);
            for (int tile = 0; tile < count; tile++) {
                int place = first + tile;
                block.transformInputs(tile, place / across * OUTPUTS, place % across * OUTPUTS);
            }
            block.multiply();
            for (int tile = 0; tile < count; tile++) {
                int place = first + tile;
                block.transformOutputs(tile, place / across * OUTPUTS, place % across * OUTPUTS, epilogue);
            }
        });
    }

    /** Some neighbouring tiles of element {@code n}, and some columns of their outputs. */
    private final class Block {
        private final FeatureMap x;
        private final FeatureMap y;
        private final int n;
        private final int from;
        private final int to;
        private final int tiles;
        private final Scratch scratch;
        /** {@code [products][tiles][in]}. */
        private final float[] inputs;
        /** {@code [products + 1][tiles][out]}, the last all zeros. */
        private final float[] products;

        Block(FeatureMap x, FeatureMap y, int n, int from, int to, int tiles, Scratch scratch) {
            this.x = x;
            this.y = y;
            this.n = n;
            this.from = from;
            this.to = to;
            this.tiles = tiles;
            this.scratch = scratch;
            inputs = scratch.floats(INPUTS, PRODUCTS * tiles * in);
            products = scratch.floats(PRODUCT_SLOT, (PRODUCTS + 1) * tiles * out);
            Arrays.fill(products, PRODUCTS * tiles * out, (PRODUCTS + 1) * tiles * out, 0f);
        }

        /** Bᵀ d B of the tile whose first output is at {@code row, column}. */
        void transformInputs(int tile, int row, int column) {
            int line = x.stride(1);
            float[] a = x.data;
            int low1 = row - windows[0].padBefore();
            int low2 = column - windows[1].padBefore();
            int at = x.at(n) + low1 * line + low2 * in;
            if (low1 < 0 || low1 + SIDE > x.size(1) || low2 < 0 || low2 + SIDE > x.size(2)) {
                a = scratch.floats(PADDED, PRODUCTS * in);
                line = SIDE * in;
                at = 0;
                int[] low = {0, low1, low2};
                Padding.copy(x, n, padMode, low, new int[] {1, SIDE, SIDE}, a, new int[] {0, line, in});
            }
            // [6][6 in], all six columns of the tile at once
            float[] half = scratch.floats(HALF, PRODUCTS * in);
            SCHEME.transformInputs(SIDE * in, a, at, line, half, 0, SIDE * in);
            for (int u = 0; u < SIDE; u++) {
                int v = (u * SIDE * tiles + tile) * in;
                SCHEME.transformInputs(in, half, u * SIDE * in, in, inputs, v, tiles * in);
            }
        }

        void multiply() {
            Runs runs = Runs.of(in);
            for (int j = 0; j < PRODUCTS; j++) {
                int[] rows = MatMul.table(j * tiles * in, in, tiles);
                Rows own = new Rows(inputs, rows, products, MatMul.table(j * tiles * out, out, tiles));
                Product.run(own, runs, panels[j], from, to, Epilogue.NONE, scratch);
            }
        }

        /** Aᵀ m A, of which the part within the map is kept. */
        void transformOutputs(int tile, int row, int column, Epilogue epilogue) {
            int floats = to - from;
            // [4][6][floats] and one of zeros
            float[] half = scratch.floats(HALF, OUTPUTS * SIDE * floats + floats);
            int zeros = OUTPUTS * SIDE * floats;
            Arrays.fill(half, zeros, zeros + floats, 0f);
            int distance = tiles * out;
            int m = tile * out + from;
            for (int v = 0; v < SIDE; v++) {
                SCHEME.transformOutputs(
                        floats,
                        products,
                        m + v * distance,
                        SIDE * distance,
                        m + PRODUCTS * distance,
                        half,
                        v * floats,
                        SIDE * floats);
            }
            float[] line = scratch.floats(PADDED, OUTPUTS * floats);
            int real = Math.min(OUTPUTS, y.size(2) - column);
            for (int i = 0; i < OUTPUTS && row + i < y.size(1); i++) {
                int at = y.at(n) + (row + i) * y.stride(1) + column * out + from;
                int source = i * SIDE * floats;
                if (real == OUTPUTS) {
                    SCHEME.transformOutputs(floats, half, source, floats, zeros, y.data, at, out);
                } else {
                    SCHEME.transformOutputs(floats, half, source, floats, zeros, line, 0, floats);
                    for (int j = 0; j < real; j++) {
                        System.arraycopy(line, j * floats, y.data, at + j * out, floats);
                    }
                }
                for (int j = 0; j < real; j++) {
                    epilogue.apply(y.data, at + j * out, from, floats);
                }
            }
        }
    }
}
