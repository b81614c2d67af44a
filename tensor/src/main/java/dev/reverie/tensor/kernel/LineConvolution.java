package dev.reverie.tensor.kernel;

import dev.reverie.tensor.ConvGeometry.PadMode;
import java.util.Arrays;

/**
 * A convolution whose groups have very few channels: outputs that lie side by side along a line are independent chains,
 * so lanes go along the line, over channels and places alike. Each chain goes over taps, then channels.
 *
 * <p>In a depthwise convolution, taps read such a line as it is. Otherwise the piece's inputs are spread: channel j of a
 * group stands below each output of that group in the j-th of several copies, and the convolution is a depthwise one
 * with as many taps more.
 */
final class LineConvolution implements ConvolutionKernel {
    /** Outputs of a group at most: with more, the register tile is faster. */
    private static final int MOST_OUTPUTS = 4;

    /** Inputs of a group at most: each is copied to where it is needed. */
    private static final int MOST_INPUTS = 32;

    /** Inputs, spread, of a piece of work: 64 KiB, and as much for outputs, stay in the second-level cache. */
    private static final int FLOATS = 1 << 14;

    /** Pieces that a large convolution has at least, so that two to eight threads end at about the same time. */
    private static final int PIECES = 16;

    /** Lines of a piece, about: most of the inputs of neighbouring lines are the same. */
    private static final int LINES = 8;

    private static final int COPY = 1; // scratch slots
    private static final int SPREAD = 2;

    private final TapAxis[] axes;
    private final PadMode padMode;
    private final int in;
    private final int out;
    private final LineFilter filter;
    /** Whether neighbouring outputs of a line lie side by side, and read inputs that do. */
    private final boolean dense;

    /**
     * @param axes three
     * @param values {@code [out][taps of the axes][in / groups]}
     */
    LineConvolution(TapAxis[] axes, PadMode padMode, int groups, int in, int out, float[] values) {
        this.axes = axes.clone();
        this.padMode = padMode;
        this.in = in;
        this.out = out;
        this.filter = new LineFilter(in / groups, out / groups, out, values);
        this.dense = isDense(axes);
    }

    /** Whether this way is the better one. */
    static boolean fits(TapAxis[] axes, int groups, int in, int out) {
        boolean depthwise = in == groups && out == groups;
        boolean few = isFew(in / groups, MOST_INPUTS) && isFew(out / groups, MOST_OUTPUTS);
        return depthwise || (few && isDense(axes) && !Narrow.fits(groups, in / groups, TapAxis.taps(axes), out));
    }

    private static boolean isFew(int channels, int most) {
        return channels > 0 && channels <= most;
    }

    private static boolean isDense(TapAxis[] axes) {
        return axes[2].inStride == 1 && axes[2].outStride == 1;
    }

    @Override
    public void run(FeatureMap x, FeatureMap y, Epilogue epilogue) {
        boolean pointwise = Arrays.stream(axes).allMatch(TapAxis::isPointwise);
        Pass pass = pointwise ? new Pass(x.flat(), y.flat(), epilogue) : new Pass(x, y, epilogue);
        if (pass.pieces() > 0) {
            Pool.run(pass.pieces(), pass::piece);
        }
    }

    /** One call: its maps, how its outputs are cut into pieces, and where taps read. */
    private final class Pass {
        private final FeatureMap x;
        private final FeatureMap y;
        private final int[] outputs;
        private final int lines;
        private final int width;
        private final Epilogue epilogue;
        private final int[] copyStrides;
        private final int copyFloats;
        private final int[] tapsInPlace;
        private final int[] tapsInCopy;

        Pass(FeatureMap x, FeatureMap y, Epilogue epilogue) {
            this.x = x;
            this.y = y;
            outputs = new int[] {axes[0].outputs(y.size(0)), axes[1].outputs(y.size(1)), axes[2].outputs(y.size(2))};
            int all = y.batch * outputs[0] * outputs[1] * outputs[2];
            int places = Math.clamp(all / PIECES, 1, Math.max(1, FLOATS / (filter.inputs * out)));
            int most = outputs[1] == 1 ? places : Math.max(LineFilter.LEAST / out, places / LINES);
            width = equalParts(outputs[2], Math.max(1, most));
            lines = equalParts(outputs[1], Math.max(1, places / width));
            this.epilogue = dense ? epilogue.repeated(out, width) : epilogue;
            int line = axes[2].span(width) * in;
            int plane = axes[1].span(lines) * line;
            copyStrides = new int[] {plane, line, in};
            copyFloats = axes[0].span(1) * plane;
            tapsInPlace = new TapView(axes, new int[] {x.stride(0), x.stride(1), in}, 1).taps;
            int[] spread = {filter.floatsOfCopy(plane), filter.floatsOfCopy(line), filter.floatsOfCopy(in)};
            tapsInCopy = filter.taps(new TapView(axes, spread, 1).taps, copyFloats);
        }

        /** The length of the parts, all equal but for the last, when no part is longer than {@code most}. */
        private static int equalParts(int length, int most) {
            int parts = Math.max(1, (length + most - 1) / most);
            return Math.max(1, (length + parts - 1) / parts);
        }

        private int parts(int axis, int length) {
            return (outputs[axis] + length - 1) / length;
        }

        int pieces() {
            return y.batch * outputs[0] * parts(1, lines) * parts(2, width);
        }

        void piece(int piece, Scratch scratch) {
            int across = parts(2, width);
            int down = parts(1, lines);
            int plane = piece / across / down;
            int[] start = {plane % outputs[0], piece / across % down * lines, piece % across * width};
            int[] extent = {1, Math.min(lines, outputs[1] - start[1]), Math.min(width, outputs[2] - start[2])};
            compute(plane / outputs[0], start, extent, scratch);
        }

        private void compute(int n, int[] start, int[] extent, Scratch scratch) {
            InputBox inputs = new InputBox();
            inputs.find(axes, x, n, start, extent);
            int to = TapAxis.firstOutput(axes, y, n, start);
            if (inputs.inside && filter.isDepthwise()) {
                lines(x.data, inputs.at, x.stride(1), in, tapsInPlace, to, extent);
                return;
            }
            float[] copy = x.data;
            int from = inputs.at;
            boolean line = inputs.span[0] * inputs.span[1] == 1;
            if (!inputs.inside || !line) {
                copy = scratch.floats(COPY, copyFloats);
                from = 0;
                Padding.copy(x, n, padMode, inputs.low, inputs.span, copy, copyStrides);
            }
            if (!filter.isDepthwise()) {
                float[] spread = scratch.floats(SPREAD, filter.floatsOfCopies(copyFloats));
                filter.spread(copy, from, line ? inputs.span[2] * in : copyFloats, spread, copyFloats);
                copy = spread;
            }
            lines(copy, 0, filter.floatsOfCopy(copyStrides[1]), filter.floatsOfCopy(in), tapsInCopy, to, extent);
        }

        /** Lines that begin with {@code a[from]} and {@code to}; where they are not dense each place is a line. */
        private void lines(float[] a, int from, int line, int place, int[] taps, int to, int[] extent) {
            int length = dense ? extent[2] : 1;
            int step = axes[2].outStride * y.stride(2);
            int[] starts = table(from, extent, axes[1].inStride * line, axes[2].inStride * place);
            int[] ends = table(to, extent, axes[1].outStride * y.stride(1), step);
            filter.run(new Rows(a, starts, y.data, ends), length, taps, epilogue);
        }

        private int[] table(int base, int[] extent, int line, int place) {
            int across = dense ? 1 : extent[2];
            int[] table = new int[extent[1] * across];
            Arrays.setAll(table, i -> base + i / across * line + i % across * place);
            return table;
        }
    }
}
