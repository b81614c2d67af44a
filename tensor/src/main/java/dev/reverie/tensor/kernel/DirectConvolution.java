package dev.reverie.tensor.kernel;

import dev.reverie.tensor.ConvGeometry.PadMode;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A convolution, or one phase of a transposed one, as a product whose left factor is never built: each tap is a shifted
 * view of the same input rows. An output is one chain over taps in row-major order, then channels.
 */
final class DirectConvolution implements ConvolutionKernel {
    private static final int COPY = 1; // scratch slots
    private static final int GATHERED = 2;

    /** Runs of k shorter than this are gathered: each run costs loading and storing the tile, gathering a vector's copy. */
    private static final int SHORT_RUN = 64;

    private final TapAxis[] axes;
    private final PadMode padMode;
    private final int inPerGroup;
    private final int outPerGroup;
    /** One factor {@code [taps inPerGroup, outPerGroup]} a group; none for a narrow filter. */
    private final PanelSource[] panels;
    /** Where there are very few outputs, or null. */
    private final @Nullable Narrow narrow;

    /**
     * @param axes three
     * @param values {@code [out][taps of the axes][in / groups]}
     */
    DirectConvolution(TapAxis[] axes, PadMode padMode, int groups, int in, int out, float[] values) {
        this.axes = axes.clone();
        this.padMode = padMode;
        this.inPerGroup = in / groups;
        this.outPerGroup = out / groups;
        int k = values.length / Math.max(1, out);
        narrow = Narrow.fits(groups, inPerGroup, TapAxis.taps(axes), out) ? new Narrow(out, k, values) : null;
        panels = new PanelSource[narrow == null ? groups : 0];
        for (int g = 0; g < panels.length; g++) {
            panels[g] = Panels.ofRows(k, outPerGroup, values, g * outPerGroup * k);
        }
    }

    /**
     * One group.
     *
     * @param factor {@code [taps in, out]}
     */
    DirectConvolution(TapAxis[] axes, PadMode padMode, int in, int out, PanelSource factor) {
        this.axes = axes.clone();
        this.padMode = padMode;
        inPerGroup = in;
        outPerGroup = out;
        panels = new PanelSource[] {factor};
        narrow = null;
    }

    @Override
    public void run(FeatureMap x, FeatureMap y, Epilogue epilogue) {
        if (Arrays.stream(axes).allMatch(TapAxis::isPointwise)) {
            boxes(x.flat(), y.flat(), epilogue);
        } else {
            boxes(x, y, epilogue);
        }
    }

    private void boxes(FeatureMap x, FeatureMap y, Epilogue epilogue) {
        int[] outputs = {axes[0].outputs(y.size(0)), axes[1].outputs(y.size(1)), axes[2].outputs(y.size(2))};
        int rows = y.batch * outputs[0] * outputs[1] * outputs[2];
        if (rows == 0) {
            return;
        }
        Boxes boxes = new Boxes(outputs);
        int columns =
                panels.length != 1 ? outPerGroup : Product.columnsOfPiece(rows, y.batch * boxes.count(), panels[0]);
        int columnPieces = (outPerGroup + columns - 1) / columns;
        Pool.run(y.batch * boxes.count() * columnPieces, scratch -> {
            Pass pass = new Pass(x, y, boxes, epilogue, scratch);
            return (piece, own) -> {
                int column = piece % columnPieces * columns;
                int end = Math.min(outPerGroup, column + columns);
                pass.box(piece / columnPieces).multiply(column, end);
            };
        });
    }

    /** One thread's part of a call: a box after the other. */
    private final class Pass {
        private final FeatureMap x;
        private final FeatureMap y;
        private final Boxes boxes;
        private final Epilogue epilogue;
        private final Scratch scratch;
        private final int[] copyStrides;
        private final int copyFloats;
        private final int[] start = new int[3];
        private final int[] extent = new int[3];
        private final InputBox inputs = new InputBox();
        private final int[] from;
        private final int[] to;
        private final Source inPlace;
        /** For boxes that meet an edge; there as soon as one does. */
        private @Nullable Source inCopy;

        /** Number of the box whose rows are there, and where: its next columns find them. */
        private int held = -1;

        private Source source;

        Pass(FeatureMap x, FeatureMap y, Boxes boxes, Epilogue epilogue, Scratch scratch) {
            this.x = x;
            this.y = y;
            this.boxes = boxes;
            this.epilogue = epilogue;
            this.scratch = scratch;
            int line = axes[2].span(boxes.length(2)) * x.channels;
            int plane = axes[1].span(boxes.length(1)) * line;
            copyStrides = new int[] {plane, line, x.channels};
            copyFloats = axes[0].span(boxes.length(0)) * plane;
            from = new int[boxes.most()];
            to = new int[boxes.most()];
            inPlace = source(x.data, new int[] {x.stride(0), x.stride(1), x.channels});
            source = inPlace;
        }

        private Source source(float[] a, int[] strides) {
            TapView view = new TapView(axes, strides, inPerGroup);
            return new Source(view, new Rows(a, from, y.data, to), epilogue, scratch);
        }

        /** The rows of one box of outputs; a box that meets an edge reads a padded copy. */
        Source box(int index) {
            if (index == held) {
                return source;
            }
            int n = index / boxes.count();
            boxes.find(index % boxes.count(), start, extent);
            inputs.find(axes, x, n, start, extent);
            source = inputs.inside ? inPlace : padded(n);
            source.rows.set(source.view.rows(inputs.inside ? inputs.at : 0, extent, from));
            outputRows(n, to);
            source.gather();
            held = index;
            return source;
        }

        private Source padded(int n) {
            float[] copy = scratch.floats(COPY, copyFloats);
            Padding.copy(x, n, padMode, inputs.low, inputs.span, copy, copyStrides);
            if (inCopy == null) {
                inCopy = source(copy, copyStrides);
            }
            return inCopy;
        }

        private void outputRows(int n, int[] table) {
            TapView.offsets(
                    TapAxis.firstOutput(axes, y, n, start),
                    extent,
                    axes[0].outStride * y.stride(0),
                    axes[1].outStride * y.stride(1),
                    axes[2].outStride * y.stride(2),
                    table);
        }
    }

    /** Rows of boxes in one array, the input itself or a padded copy, and what they are multiplied by. */
    private final class Source {
        final TapView view;
        final Rows rows;
        private final Epilogue epilogue;
        private final Scratch scratch;
        /** What the products read: the rows as they are, or gathered ones. */
        private final Rows factor;
        /** One a group, or none. */
        private final Product[] products = new Product[panels.length];

        Source(TapView view, Rows rows, Epilogue epilogue, Scratch scratch) {
            this.view = view;
            this.rows = rows;
            this.epilogue = epilogue;
            this.scratch = scratch;
            int k = view.taps.length * inPerGroup;
            boolean gather = products.length > 0 && view.runs.count() > 1 && k / view.runs.count() < SHORT_RUN;
            factor = gather ? gathered(k) : rows;
            Runs runs = gather ? Runs.of(k) : view.runs;
            Arrays.setAll(products, g -> new Product(factor, runs, panels[g], epilogue.from(g * outPerGroup), scratch));
        }

        /** The left factor of a box after all, {@code [rows][taps][channels of a group]}: for few channels. */
        private Rows gathered(int k) {
            int most = rows.to.length;
            float[] memory = scratch.floats(GATHERED, most * k + Lanes.COUNT);
            return new Rows(memory, Rows.table(most, k), rows.c, rows.to);
        }

        /** Computes the results of all rows. */
        void multiply(int column, int end) {
            if (narrow != null) {
                narrow.run(rows, view.runs, epilogue, scratch);
            }
            for (int g = 0; g < products.length; g++) {
                if (g > 0) {
                    rows.shift(inPerGroup, outPerGroup);
                    gather();
                }
                products[g].run(column, end);
            }
        }

        /** Gathers the rows of a group where that is needed. What is copied too much of one run, the next writes over. */
        void gather() {
            if (factor == rows) {
                return;
            }
            factor.set(rows.count());
            int to = 0;
            for (int r = 0; r < rows.count(); r++) {
                for (int run = 0; run < view.runs.count(); run++) {
                    int start = rows.from[r] + view.runs.shift(run);
                    int length = view.runs.length(run);
                    if (Lanes.VECTOR && start + length + Lanes.COUNT <= rows.a.length) {
                        VectorCopy.atLeast(length, rows.a, start, factor.a, to);
                    } else {
                        System.arraycopy(rows.a, start, factor.a, to, length);
                    }
                    to += length;
                }
            }
        }
    }
}
