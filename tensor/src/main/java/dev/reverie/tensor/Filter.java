package dev.reverie.tensor;

import dev.reverie.tensor.kernel.Convolution;
import org.jspecify.annotations.Nullable;

/** The learned numbers of a convolution, packed for the algorithm that its geometry asks for. Immutable. */
public final class Filter {
    private final ConvGeometry geometry;
    private final boolean transposed;
    private final int outputPadding;
    private final int in;
    private final int out;
    private final @Nullable Convolution kernel;

    private Filter(
            ConvGeometry geometry,
            boolean transposed,
            int outputPadding,
            int in,
            int out,
            @Nullable Convolution kernel) {
        this.geometry = geometry;
        this.transposed = transposed;
        this.outputPadding = outputPadding;
        this.in = in;
        this.out = out;
        this.kernel = kernel;
    }

    /**
     * Packs a weight as checkpoints store it: {@code [out, in / groups, kernel..]}. A measured one makes a filter that
     * only has its sizes.
     */
    public static Filter of(Tensor weight, ConvGeometry geometry) {
        requireKernel(weight, geometry);
        int out = weight.dim(0);
        int perGroup = weight.dim(1);
        int in = perGroup * geometry.groups();
        if (weight.isMeasured()) {
            return new Filter(geometry, false, 0, in, out, null);
        }
        StoredMatrix rows = new TensorRows(weight);
        if (canStream(weight.shape(), geometry)) {
            return of(rows, geometry, false);
        }
        float[] values = new float[weight.elementCount()];
        new TapsFirst(rows, geometry.taps()).floats(0, values, 0, values.length);
        return new Filter(geometry, false, 0, in, out, Convolution.of(geometry, in, out, values));
    }

    /** Whether {@link #of(StoredMatrix, ConvGeometry, boolean)} takes weights {@code [out, in / groups, kernel..]}. */
    public static boolean canStream(Shape weight, ConvGeometry geometry) {
        return Convolution.canStream(geometry, weight.dim(1) * geometry.groups(), weight.dim(0));
    }

    /**
     * Packs a weight row by row from where it is stored, without a copy of it as a whole.
     *
     * @param asStored whether numbers keep their size where {@link Weight#canPack}; the bits of results are the same
     */
    public static Filter of(StoredMatrix weight, ConvGeometry geometry, boolean asStored) {
        requireKernel(Tensor.measured(weight.shape()), geometry);
        int out = weight.shape().dim(0);
        int in = weight.shape().dim(1);
        StoredMatrix rows = geometry.taps() == 1 ? weight : new TapsFirst(weight, geometry.taps());
        return new Filter(geometry, false, 0, in, out, Convolution.of(geometry, in, out, rows, asStored));
    }

    /** Packs the weight of a transposed convolution: {@code [in, out / groups, kernel..]}. */
    public static Filter transposed(Tensor weight, ConvGeometry geometry, int outputPadding) {
        requireKernel(weight, geometry);
        int groups = geometry.groups();
        int in = weight.dim(0);
        int outPerGroup = weight.dim(1);
        int inPerGroup = in / groups;
        int taps = geometry.taps();
        int out = outPerGroup * groups;
        if (weight.isMeasured()) {
            return new Filter(geometry, true, outputPadding, in, out, null);
        }
        float[] values = new float[weight.elementCount()];
        for (int c = 0; c < in; c++) {
            int from = weight.offset() + c * outPerGroup * taps;
            int to = c / inPerGroup * outPerGroup * taps * inPerGroup + c % inPerGroup;
            scatter(outPerGroup * taps, weight.data(), from, values, to, inPerGroup);
        }
        Convolution kernel = Convolution.transposed(geometry, in, out, values);
        return new Filter(geometry, true, outputPadding, in, out, kernel);
    }

    private static void scatter(int n, float[] x, int from, float[] y, int to, int stride) {
        for (int i = 0; i < n; i++) {
            y[to + i * stride] = x[from + i];
        }
    }

    private static void requireKernel(Tensor weight, ConvGeometry geometry) {
        int rank = geometry.axes().size() + 2;
        boolean fits = weight.shape().rank() == rank;
        for (int axis = 0; fits && axis < geometry.axes().size(); axis++) {
            fits = weight.dim(axis + 2) == geometry.axes().get(axis).kernel();
        }
        if (!fits) {
            ShapeException.require(false, "filter", "the weight's last axes must be the kernel of " + geometry, weight);
        }
    }

    public ConvGeometry geometry() {
        return geometry;
    }

    /** Channels in. */
    public int in() {
        return in;
    }

    /** Channels out. */
    public int out() {
        return out;
    }

    boolean isTransposed() {
        return transposed;
    }

    int outputPadding() {
        return outputPadding;
    }

    Convolution kernel() {
        if (kernel == null) {
            throw new IllegalStateException("a measured filter of %d to %d channels has no data".formatted(in, out));
        }
        return kernel;
    }
}
