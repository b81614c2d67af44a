package dev.reverie.testing;

import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Ops;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.Weight;

/**
 * Triangular filters, evenly spaced on the mel scale, that sum the bins of a power spectrum.
 *
 * @param weights {@code [mels, bins]}
 */
public record MelFilters(Tensor weights) {
    private static final double LINEAR_HZ = 200.0 / 3;
    private static final double BREAK_HZ = 1000;
    private static final double LOG_STEP = StrictMath.log(6.4) / 27;

    /**
     * The filters of librosa ({@code filters.mel} with its defaults): Slaney's mel scale, linear below 1 kHz and
     * logarithmic above, from 0 Hz to half the sample rate, each filter of unit area.
     */
    public static MelFilters slaney(int sampleRateHz, int fftSize, int mels) {
        int bins = fftSize / 2 + 1;
        double[] edges = new double[mels + 2];
        double top = toMel(sampleRateHz / 2.0);
        for (int i = 0; i < edges.length; i++) {
            edges[i] = toHz(top * i / (mels + 1));
        }
        Tensor weights = Tensor.zeros(Shape.of(mels, bins));
        for (int mel = 0; mel < mels; mel++) {
            double area = (edges[mel + 2] - edges[mel]) / 2;
            for (int bin = 0; bin < bins; bin++) {
                double hz = (double) sampleRateHz * bin / fftSize;
                double rise = (hz - edges[mel]) / (edges[mel + 1] - edges[mel]);
                double fall = (edges[mel + 2] - hz) / (edges[mel + 2] - edges[mel + 1]);
                weights.data()[mel * bins + bin] = (float) (Math.max(0, Math.min(rise, fall)) / area);
            }
        }
        return new MelFilters(weights);
    }

    private static double toMel(double hz) {
        return hz < BREAK_HZ ? hz / LINEAR_HZ : BREAK_HZ / LINEAR_HZ + StrictMath.log(hz / BREAK_HZ) / LOG_STEP;
    }

    private static double toHz(double mel) {
        double breakMel = BREAK_HZ / LINEAR_HZ;
        return mel < breakMel ? mel * LINEAR_HZ : BREAK_HZ * StrictMath.exp((mel - breakMel) * LOG_STEP);
    }

    /** {@code power [N, frames, bins] -> [N, frames, mels]}. */
    public Tensor apply(Frame frame, Tensor power) {
        return Ops.linear(frame, power, Weight.of(weights), null);
    }
}
