package dev.reverie.tensor.kernel;

import dev.reverie.tensor.ConvGeometry;
import dev.reverie.tensor.ConvGeometry.PadMode;
import dev.reverie.tensor.StoredMatrix;
import dev.reverie.tensor.Window;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A 1-D convolution of stride 1 by {@link MinimalFiltering}: a half to a third of the direct one's multiply-adds.
 *
 * <p>With dilation d, tile {@code q d + s} is the outputs {@code (q m + i) d + s}, i < m. A long filter is cut into
 * pieces of r = m taps; the inputs of a tile's piece p are those of tile + p d, so one transform serves all pieces, and
 * each of the n products is one chain over pieces, then channels.
 */
final class MinimalConvolution implements ConvolutionKernel {
    /** Tiles of a piece of work: with 128 channels, inputs and products of 48 tiles are 0.5 MiB and stay in cache. */
    private static final int TILES = 48;

    /** Multiply-adds saved for each number transformed, at least: transforms work per channel, products per pair. */
    private static final int LEAST_SAVING = 26;

    /** Filters of more pairs of channels are applied to few places as a rule, and their transforms take twice the memory. */
    private static final int MOST_PAIRS = 512 * 512;

    /** With a larger dilation a round of m d outputs would be long beside the input, and mostly computed in vain. */
    private static final int MOST_DILATION = 16;

    private static final int INPUTS = 1; // scratch slots
    private static final int PRODUCTS = 2;
    private static final int EDGE = 3;
    private static final int RAW = 1; // while filters are transformed

    private final MinimalFiltering scheme;
    private final Window window;
    private final PadMode padMode;
    private final int in;
    private final int out;
    private final int pieces;
    /** One factor {@code [pieces in, out]} a product. */
    private final Panels[] panels;
    /** Where the pieces' inputs lie. */
    private final Runs runs;

    /** @param rows {@code [out, taps in]}, of a shape that {@link #fits} */
    MinimalConvolution(ConvGeometry geometry, int in, int out, StoredMatrix rows) {
        this.scheme = Objects.requireNonNull(scheme(geometry));
        this.window = geometry.axes().getFirst();
        this.padMode = geometry.padMode();
        this.in = in;
        this.out = out;
        this.pieces = (window.kernel() + scheme.taps - 1) / scheme.taps;
        this.panels = new Panels[scheme.products];
        Arrays.setAll(panels, j -> Panels.zeros(pieces * in, out));
        int[] shifts = new int[pieces];
        Arrays.setAll(shifts, piece -> piece * window.dilation() * in);
        this.runs = Runs.of(shifts, in);
        double[][] filter = scheme.filterMatrix();
        int taps = window.kernel() * in;
        Panels.eachPanel(taps, out, (column, width, scratch) -> {
            float[] raw = scratch.floats(RAW, taps * width);
            Panels.pack(rows, column, width, raw, 0, scratch);
            transform(filter, raw, column, width);
        });
    }

    /** Whether this way is the better one, which the shape alone decides. */
    static boolean fits(ConvGeometry geometry, int in, int out) {
        MinimalFiltering scheme = scheme(geometry);
        return scheme != null && (long) in * out <= MOST_PAIRS && saves(scheme, in, out);
    }

    private static boolean saves(MinimalFiltering scheme, int in, int out) {
        int saved = in * out * (scheme.outputs * scheme.taps - scheme.products);
        return saved >= LEAST_SAVING * scheme.products * (in + out);
    }

    private static @Nullable MinimalFiltering scheme(ConvGeometry geometry) {
        Window window = geometry.axes().getFirst();
        boolean plain = geometry.axes().size() == 1 && geometry.groups() == 1;
        if (!plain || window.stride() > 1 || window.dilation() > MOST_DILATION) {
            return null;
        }
        return switch (window.kernel()) {
            case 1, 2 -> null;
            case 3 -> MinimalFiltering.F6_3;
            case 4, 5 -> MinimalFiltering.F4_5;
            case 7 -> MinimalFiltering.F4_7;
            default -> MinimalFiltering.F6_6;
        };
    }

    /** Applies G to one panel of the filters, {@code [taps][in][width] -> products of [pieces][in][width]}. */
    private void transform(double[][] g, float[] raw, int column, int width) {
        int floats = in * width;
        for (int piece = 0; piece < pieces; piece++) {
            int count = Math.min(scheme.taps, window.kernel() - piece * scheme.taps);
            int from = piece * scheme.taps * floats;
            MinimalFiltering.transformFilters(g, count, floats, raw, from, panels, column, piece * floats);
        }
    }

    @Override
    public void run(FeatureMap x, FeatureMap y, Epilogue epilogue) {
        int length = y.size(2);
        int round = scheme.outputs * window.dilation();
        int tiles = (length + round - 1) / round * window.dilation();
        TilePieces cut = new TilePieces(y.batch, tiles, TILES, out);
        Pool.run(y.batch * cut.count(), scratch -> {
            Block block = new Block(x, y, cut, epilogue, scratch);
            return (index, own) -> block.run(index / cut.count(), index % cut.count());
        });
    }

    /** One thread's: some neighbouring tiles, and some columns of their outputs, one piece after the other. */
    private final class Block {
        private final FeatureMap x;
        private final FeatureMap y;
        private final TilePieces cut;
        private final Epilogue epilogue;
        private final Scratch scratch;
        /** {@code [products][inputTiles][in]}. */
        private final float[] inputs;
        /** {@code [products + 1][tiles][out]}, the last all zeros. */
        private final float[] products;

        private final Rows rows;
        private final Product[] chains = new Product[scheme.products];
        private final int[] paired = new int[2 * MinimalFiltering.PAIRS];
        private int n = -1;
        private int first;
        private int tiles;
        private int from;
        private int to;
        private int inputTiles;

        Block(FeatureMap x, FeatureMap y, TilePieces cut, Epilogue epilogue, Scratch scratch) {
            this.x = x;
            this.y = y;
            this.cut = cut;
            this.epilogue = epilogue;
            this.scratch = scratch;
            int most = cut.mostTiles();
            inputs = scratch.floats(INPUTS, scheme.products * inputTiles(most) * in);
            products = scratch.floats(PRODUCTS, (scheme.products + 1) * most * out);
            rows = new Rows(inputs, products, most);
            Arrays.setAll(chains, j -> new Product(rows, runs, panels[j], Epilogue.NONE, scratch));
        }

        /** Tiles whose inputs {@code count} tiles need. */
        private int inputTiles(int count) {
            return count + (pieces - 1) * window.dilation();
        }

        void run(int element, int piece) {
            boolean held = element == n && cut.first(piece) == first;
            n = element;
            first = cut.first(piece);
            tiles = cut.tiles(piece);
            from = cut.from(piece);
            to = cut.to(piece);
            inputTiles = inputTiles(tiles);
            for (int tile = 0, count; !held && tile < inputTiles; tile += count) {
                count = Math.min(neighbours(tile), inputTiles - tile);
                transformInputs(tile, count);
            }
            multiply();
            Arrays.fill(products, scheme.products * tiles * out, (scheme.products + 1) * tiles * out, 0f);
            for (int tile = 0, count; tile < tiles; tile += count) {
                // columns of several tiles lie side by side only where they are all columns
                count = to - from == out ? Math.min(neighbours(tile), tiles - tile) : 1;
                transformOutputs(tile, count);
            }
        }

        /** Tiles from {@code tile} on whose inputs lie side by side: the rest of its round. */
        private int neighbours(int tile) {
            return window.dilation() - (first + tile) % window.dilation();
        }

        /** The first output of a tile. */
        private int place(int tile) {
            int d = window.dilation();
            return (first + tile) / d * d * scheme.outputs + (first + tile) % d;
        }

        private void transformInputs(int tile, int count) {
            int d = window.dilation();
            int low = place(tile) - window.padBefore();
            int floats = count * in;
            int v = tile * in;
            int distance = inputTiles * in;
            if (low >= 0 && low + (scheme.products - 1) * d + count <= x.size(2)) {
                scheme.transformInputs(floats, x.data, x.at(n) + low * in, d * in, inputs, v, distance);
                return;
            }
            float[] padded = scratch.floats(EDGE, scheme.products * floats);
            for (int i = 0; i < scheme.products; i++) {
                Padding.line(x, x.at(n), padMode, low + i * d, count, padded, i * floats);
            }
            scheme.transformInputs(floats, padded, 0, floats, inputs, v, distance);
        }

        private void multiply() {
            for (int j = 0; j < scheme.products; j++) {
                rows.set(tiles, j * inputTiles * in, in, j * tiles * out, out);
                chains[j].run(from, to);
            }
        }

        private void transformOutputs(int tile, int count) {
            int d = window.dilation();
            int place = place(tile);
            int floats = count * out - out + to - from;
            int m = tile * out + from;
            int distance = tiles * out;
            int zeros = m + scheme.products * distance;
            int last = place + (scheme.outputs - 1) * d + count;
            if (last <= y.size(2)) {
                int at = y.at(n) + place * out + from;
                scheme.transformOutputs(floats, products, m, distance, zeros, y.data, at, d * out, paired);
            } else {
                float[] all = scratch.floats(EDGE, scheme.outputs * floats);
                scheme.transformOutputs(floats, products, m, distance, zeros, all, 0, floats, paired);
                for (int i = 0; i < scheme.outputs && place + i * d < y.size(2); i++) {
                    int real = Math.min(count, y.size(2) - place - i * d);
                    int length = floats - (count - real) * out;
                    System.arraycopy(all, i * floats, y.data, y.at(n) + (place + i * d) * out + from, length);
                }
            }
            for (int i = 0; i < scheme.outputs; i++) {
                for (int row = place + i * d; row < Math.min(place + i * d + count, y.size(2)); row++) {
                    epilogue.apply(y.data, y.at(n) + row * out + from, from, to - from);
                }
            }
        }
    }
}
