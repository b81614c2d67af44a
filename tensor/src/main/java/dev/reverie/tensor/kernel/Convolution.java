package dev.reverie.tensor.kernel;

import dev.reverie.tensor.ConvGeometry;
import dev.reverie.tensor.ConvGeometry.PadMode;
import dev.reverie.tensor.StoredMatrix;
import dev.reverie.tensor.Window;
import java.util.ArrayList;
import java.util.List;

/** The learned numbers of a convolution, packed for the algorithm that its geometry asks for. Immutable. */
public final class Convolution {
    /** The property that, set to {@code direct}, turns minimal filtering off: slower, a little more accurate. */
    public static final String PROPERTY = "reverie.conv";

    private static final boolean DIRECT = "direct".equals(System.getProperty(PROPERTY));

    /** One, or the phases of a transposed convolution. */
    private final List<ConvolutionKernel> kernels;

    private Convolution(List<ConvolutionKernel> kernels) {
        this.kernels = List.copyOf(kernels);
    }

    /**
     * An ordinary convolution in groups, or with very few channels.
     *
     * @param values {@code [out][taps][in / groups]}
     */
    public static Convolution of(ConvGeometry g, int in, int out, float[] values) {
        return new Convolution(List.of(direct(axes(g), g.padMode(), g.groups(), in, out, values)));
    }

    private static ConvolutionKernel direct(
            TapAxis[] axes, PadMode padMode, int groups, int in, int out, float[] values) {
        return LineConvolution.fits(axes, groups, in, out)
                ? new LineConvolution(axes, padMode, groups, in, out, values)
                : new DirectConvolution(axes, padMode, groups, in, out, values);
    }

    /** Whether a convolution can be made of numbers that are read row by row: others want them as a whole. */
    public static boolean canStream(ConvGeometry g, int in, int out) {
        return g.groups() == 1 && !Narrow.fits(1, in, g.taps(), out) && !LineConvolution.fits(axes(g), 1, in, out);
    }

    /**
     * The same of numbers that are read row by row, for shapes that {@link #canStream}.
     *
     * @param rows {@code [out, taps in]}
     * @param asStored whether numbers keep their size where they can
     */
    public static Convolution of(ConvGeometry g, int in, int out, StoredMatrix rows, boolean asStored) {
        if (!DIRECT && MinimalConvolution.fits(g, in, out)) {
            return new Convolution(List.of(new MinimalConvolution(g, in, out, rows)));
        }
        PanelSource factor = PanelSource.of(rows, asStored);
        boolean winograd = !DIRECT && WinogradConvolution.fits(g, in, out);
        return new Convolution(List.of(
                winograd
                        ? new WinogradConvolution(g, in, out, factor)
                        : new DirectConvolution(axes(g), g.padMode(), in, out, factor)));
    }

    private static TapAxis[] axes(ConvGeometry g) {
        return new TapAxis[] {TapAxis.of(axis(g, 0)), TapAxis.of(axis(g, 1)), TapAxis.of(axis(g, 2))};
    }

    /**
     * A transposed convolution: an output meets every stride-th tap, so outputs of equal remainder are an ordinary
     * convolution with those taps.
     *
     * @param values {@code [out][taps][in / groups]}
     */
    public static Convolution transposed(ConvGeometry g, int in, int out, float[] values) {
        List<ConvolutionKernel> phases = new ArrayList<>();
        for (int i = 0; i < axis(g, 0).stride(); i++) {
            for (int j = 0; j < axis(g, 1).stride(); j++) {
                for (int k = 0; k < axis(g, 2).stride(); k++) {
                    TapAxis[] axes = {
                        TapAxis.phase(axis(g, 0), i), TapAxis.phase(axis(g, 1), j), TapAxis.phase(axis(g, 2), k)
                    };
                    float[] own = taps(axes, g, in / g.groups(), out, values);
                    phases.add(direct(axes, PadMode.ZEROS, g.groups(), in, out, own));
                }
            }
        }
        return new Convolution(phases);
    }

    /** Values of the taps that a phase meets. */
    private static float[] taps(TapAxis[] axes, ConvGeometry g, int perGroup, int out, float[] values) {
        float[] own = new float[out * TapAxis.taps(axes) * perGroup];
        int to = 0;
        for (int o = 0; o < out; o++) {
            for (int i : axes[0].taps) {
                for (int j : axes[1].taps) {
                    for (int k : axes[2].taps) {
                        int tap = (i * axis(g, 1).kernel() + j) * axis(g, 2).kernel() + k;
                        System.arraycopy(values, (o * g.taps() + tap) * perGroup, own, to, perGroup);
                        to += perGroup;
                    }
                }
            }
        }
        return own;
    }

    /** The window of one of three axes; those that a geometry does not have are one tap wide. */
    private static Window axis(ConvGeometry g, int of3) {
        int index = of3 - (3 - g.axes().size());
        return index < 0 ? Window.of(1) : g.axes().get(index);
    }

    /** Computes {@code y} from {@code x}. */
    public void run(FeatureMap x, FeatureMap y, Epilogue epilogue) {
        for (ConvolutionKernel kernel : kernels) {
            kernel.run(x, y, epilogue);
        }
    }
}
