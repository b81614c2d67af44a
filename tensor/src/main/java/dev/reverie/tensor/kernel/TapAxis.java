package dev.reverie.tensor.kernel;

import dev.reverie.tensor.Window;
import java.util.stream.IntStream;

/**
 * One axis of a convolution as its outputs see it: output {@code outStart + q outStride} reads the inputs {@code q
 * inStride + offset(tap)}.
 *
 * <p>A transposed convolution is {@code stride} of these, one a phase: the outputs of a phase meet the same taps, and
 * their inputs lie side by side.
 */
final class TapAxis {
    /** Numbers of the filter's taps that this axis uses, ascending. */
    final int[] taps;

    private final int[] offsets;
    /** The input that the first tap in space reads for output 0. */
    final int lowest;

    private final int reach;
    final int inStride;
    final int outStart;
    final int outStride;

    private TapAxis(int[] taps, int[] offsets, int inStride, int outStart, int outStride) {
        this.taps = taps;
        this.offsets = offsets;
        this.lowest = IntStream.of(offsets).min().orElse(0);
        this.reach = IntStream.of(offsets).max().orElse(0) - lowest;
        this.inStride = inStride;
        this.outStart = outStart;
        this.outStride = outStride;
    }

    static TapAxis of(Window w) {
        int[] taps = IntStream.range(0, w.kernel()).toArray();
        int[] offsets = IntStream.of(taps)
                .map(tap -> tap * w.dilation() - w.padBefore())
                .toArray();
        return new TapAxis(taps, offsets, w.stride(), 0, 1);
    }

    /** Outputs {@code phase}, {@code phase + stride} .. of a transposed convolution; no taps where none reaches them. */
    static TapAxis phase(Window w, int phase) {
        int[] taps = IntStream.range(0, w.kernel())
                .filter(tap -> Math.floorMod(phase + w.padBefore() - tap * w.dilation(), w.stride()) == 0)
                .toArray();
        int[] offsets = IntStream.of(taps)
                .map(tap -> Math.floorDiv(phase + w.padBefore() - tap * w.dilation(), w.stride()))
                .toArray();
        return new TapAxis(taps, offsets, 1, phase, w.stride());
    }

    /** Number of taps of all axes together. */
    static int taps(TapAxis[] axes) {
        return axes[0].taps.length * axes[1].taps.length * axes[2].taps.length;
    }

    /** Where the output {@code start}, of three axes, lies in the array of {@code y}, in element {@code n}. */
    static int firstOutput(TapAxis[] axes, FeatureMap y, int n, int[] start) {
        int at = y.at(n);
        for (int d = 0; d < 3; d++) {
            at += (axes[d].outStart + start[d] * axes[d].outStride) * y.stride(d);
        }
        return at;
    }

    /** Whether each output reads the input of its own place, and that alone. */
    boolean isPointwise() {
        return taps.length == 1 && lowest == 0 && inStride == 1 && outStride == 1;
    }

    /** Number of outputs among the first {@code length} of the axis. */
    int outputs(int length) {
        return Math.max(0, (length - outStart + outStride - 1) / outStride);
    }

    /** Inputs that {@code outputs} neighbouring outputs span. */
    int span(int outputs) {
        return (outputs - 1) * inStride + reach + 1;
    }

    /** Distance of a tap's input from the lowest. */
    int distance(int tap) {
        return offsets[tap] - lowest;
    }
}
