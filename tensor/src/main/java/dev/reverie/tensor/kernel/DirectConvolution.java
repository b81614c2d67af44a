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
    private final int groups;
    private final int inPerGroup;
    private final int outPerGroup;
    /** One factor {@code [taps inPerGroup, outPerGroup]} a group; none for a depthwise or a narrow filter. */
    private final PanelSource[] panels;
    /** {@code [taps][channels]} where each channel is a group of its own, or null. */
    private final float @Nullable [] depthwise;
    /** Where there are very few outputs, or null. */
    private final @Nullable Narrow narrow;

    /**
     * @param axes three
     * @param values {@code [out][taps of the axes][in / groups]}
     */
    DirectConvolution(TapAxis[] axes, PadMode padMode, int groups, int in, int out, float[] values) {
        this.axes = axes.clone();
        this.padMode = padMode;
        this.groups = groups;
        this.inPerGroup = in / groups;
        this.outPerGroup = out / groups;
        int k = values.length / Math.max(1, out);
        narrow = Narrow.fits(groups, inPerGroup, TapAxis.taps(axes), out) ? new Narrow(out, k, values) : null;
        if (inPerGroup == 1 && outPerGroup == 1 && groups > 1) {
            depthwise = new float[values.length];
            Elementwise.transpose(out, k, values, 0, depthwise, 0);
            panels = new PanelSource[0];
        } else {
            depthwise = null;
            panels = new PanelSource[narrow == null ? groups : 0];
            for (int g = 0; g < panels.length; g++) {
                panels[g] = Panels.ofRows(k, outPerGroup, values, g * outPerGroup * k);
            }
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
        groups = 1;
        inPerGroup = in;
        outPerGroup = out;
        panels = new PanelSource[] {factor};
        depthwise = null;
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
        int columns = panels.length != 1 ? outPerGroup : Product.columnsOfPiece(rows, panels[0]);
        int columnPieces = (outPerGroup + columns - 1) / columns;
        Pass pass = new Pass(x, y, boxes, epilogue);
        Pool.run(y.batch * boxes.count() * columnPieces, (piece, scratch) -> {
            int column = piece % columnPieces * columns;
            int box = piece / columnPieces;
            int end = Math.min(outPerGroup, column + columns);
            pass.box(box / boxes.count(), box % boxes.count(), column, end, scratch);
        });
    }

    /** One call's maps, and the taps as seen in the input itself and in the padded copy of a box. */
    private final class Pass {
        private final FeatureMap x;
        private final FeatureMap y;
        private final Boxes boxes;
        private final Epilogue epilogue;
        private final TapView inPlace;
        private final TapView inCopy;
        private final int copyFloats;

        Pass(FeatureMap x, FeatureMap y, Boxes boxes, Epilogue epilogue) {
            this.x = x;
            this.y = y;
            this.boxes = boxes;
            this.epilogue = epilogue;
            int line = axes[2].span(boxes.length(2)) * x.channels;
            int plane = axes[1].span(boxes.length(1)) * line;
            copyFloats = axes[0].span(boxes.length(0)) * plane;
            inPlace = new TapView(axes, new int[] {x.stride(0), x.stride(1), x.channels}, inPerGroup);
            inCopy = new TapView(axes, new int[] {plane, line, x.channels}, inPerGroup);
        }

        /** Computes one box of outputs of element {@code n}; a box that meets an edge reads a padded copy. */
        void box(int n, int box, int column, int end, Scratch scratch) {
            int[] start = boxes.start(box);
            int[] extent = boxes.extent(start);
            int[] low = new int[3];
            int[] span = new int[3];
            int base = x.at(n);
            boolean inside = true;
            for (int d = 0; d < 3; d++) {
                low[d] = start[d] * axes[d].inStride + axes[d].lowest;
                span[d] = axes[d].span(extent[d]);
                base += low[d] * x.stride(d);
                inside &= low[d] >= 0 && low[d] + span[d] <= x.size(d);
            }
            int[] to = outputRows(n, start, extent);
            if (inside) {
                Rows rows = new Rows(x.data, inPlace.rows(base, extent), y.data, to);
                product(rows, inPlace, column, end, epilogue, scratch);
            } else {
                float[] copy = scratch.floats(COPY, copyFloats);
                Padding.copy(x, n, padMode, low, span, copy, inCopy.strides);
                Rows rows = new Rows(copy, inCopy.rows(0, extent), y.data, to);
                product(rows, inCopy, column, end, epilogue, scratch);
            }
        }

        private int[] outputRows(int n, int[] start, int[] extent) {
            int base = y.at(n);
            int[] steps = new int[3];
            for (int d = 0; d < 3; d++) {
                base += (axes[d].outStart + start[d] * axes[d].outStride) * y.stride(d);
                steps[d] = axes[d].outStride * y.stride(d);
            }
            return TapView.table(base, extent, steps[0], steps[1], steps[2]);
        }
    }

    private void product(Rows rows, TapView view, int column, int end, Epilogue epilogue, Scratch scratch) {
        if (depthwise != null) {
            Depthwise.run(rows, view.taps, depthwise, groups, epilogue);
            return;
        }
        if (narrow != null) {
            narrow.run(rows, view.runs, epilogue, scratch);
            return;
        }
        boolean gather = view.runs.count() > 1 && panels[0].k() / view.runs.count() < SHORT_RUN;
        for (int g = 0; g < groups; g++) {
            Rows own = g == 0 ? rows : rows.shifted(g * inPerGroup, g * outPerGroup);
            Epilogue last = epilogue.from(g * outPerGroup);
            if (gather) {
                Rows gathered = gather(own, view.runs, panels[g].k(), scratch);
                Product.run(gathered, Runs.of(panels[g].k()), panels[g], column, end, last, scratch);
            } else {
                Product.run(own, view.runs, panels[g], column, end, last, scratch);
            }
        }
    }

    /** The left factor of a box after all, {@code [rows][taps][channels of a group]}: for few channels. */
    private static Rows gather(Rows rows, Runs runs, int k, Scratch scratch) {
        int[] from = new int[rows.count()];
        float[] gathered = scratch.floats(GATHERED, from.length * k);
        int to = 0;
        for (int r = 0; r < from.length; r++) {
            from[r] = to;
            for (int run = 0; run < runs.count(); run++) {
                int start = rows.from[r] + runs.shift(run);
                int length = runs.length(run);
                int done = Lanes.VECTOR ? VectorCopy.copy(length, rows.a, start, gathered, to) : 0;
                for (int i = done; i < length; i++) {
                    gathered[to + i] = rows.a[start + i];
                }
                to += length;
            }
        }
        return new Rows(gathered, from, rows.c, rows.to);
    }
}
