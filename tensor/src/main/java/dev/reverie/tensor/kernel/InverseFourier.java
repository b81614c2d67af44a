package dev.reverie.tensor.kernel;

import dev.reverie.tensor.Activation;
import dev.reverie.tensor.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The inverse of {@link ShortTimeFourier}: frames from magnitudes and phases, under the window, overlapped and divided
 * by the sum of the squared windows.
 *
 * <p>A piece computes all frames that reach into its part of the signal, the few at its edge anew, so no frame ever goes
 * to memory. They lie side by side, {@code [size][frames]}; sample {@code q hop + r} is the sum of one number of each of
 * the rows {@code r, r + hop, ..}, so neighbouring q are vectors.
 */
public final class InverseFourier {
    /** Frames of a piece, unless more than half of them overlap at a sample; two halves of whole vectors at any lane width. */
    private static final int BLOCK = 64;

    private final int size;
    private final int hop;
    private final int half;
    private final int bins;
    private final float[] window;
    /** Frames that overlap at a sample, at most. */
    private final int reach;
    /** Frames of a piece, {@code reach - 1} of which start before its samples. */
    private final int block;
    /** cos and sin (2 pi k j / size) at {@code [j][k]}, j and k from 0 to half, times the weight of bin k. */
    private final float[] cos;

    private final float[] sin;
    /** Sums of squared windows at the samples of a hop, where no frame is missing. */
    private final float[] envelope;

    /** For frames side by side where the size allows it, else for one at a time. */
    private final @Nullable FrameFft frameFft;

    private final Fft fft;

    /** Frames of {@code size} samples, an even number, {@code hop} samples apart, under a periodic Hann window. */
    public InverseFourier(int size, int hop) {
        this.size = size;
        this.hop = hop;
        half = size / 2;
        bins = half + 1;
        window = ShortTimeFourier.hann(size);
        reach = (size + hop - 1) / hop;
        block = (2 * reach + BLOCK - 1) / BLOCK * BLOCK;
        boolean direct = size <= ShortTimeFourier.LONGEST_DIRECT;
        cos = direct ? ShortTimeFourier.table(size, StrictMath::cos) : new float[0];
        sin = direct ? ShortTimeFourier.table(size, StrictMath::sin) : new float[0];
        for (int i = 0; i < cos.length; i++) {
            float weight = (i % bins % half == 0 ? 1f : 2f) / size;
            cos[i] *= weight;
            sin[i] *= weight;
        }
        envelope = new float[hop];
        for (int r = 0; r < hop; r++) {
            envelope[r] = envelope(reach - 1, r, reach);
        }
        frameFft = !direct && FrameFft.fits(size) ? new FrameFft(size) : null;
        fft = new Fft(size);
    }

    /** {@code magnitude, phase [N, frames, bins] -> y [N, hop (frames - 1)]}. */
    public void apply(Tensor magnitude, Tensor phase, Tensor y) {
        int frames = magnitude.dim(1);
        int perPiece = block - reach + 1; // hops
        int firstHop = half / hop; // of the first sample that is not padding
        int hops = (half + y.dim(1) + hop - 1) / hop - firstHop;
        int pieces = (hops + perPiece - 1) / perPiece;
        Pool.run(magnitude.dim(0) * pieces, (piece, scratch) -> {
            int n = piece / pieces;
            int q = firstHop + piece % pieces * perPiece;
            float[] samples = samples(magnitude, phase, n, q - reach + 1, scratch);
            float[] sums = scratch.floats(0, hop * block);
            overlap(samples, sums);
            for (int i = 0; i < Math.min(perPiece, firstHop + hops - q); i++) {
                store(sums, i, q + i, frames, y, n);
            }
        });
    }

    /** Windowed frames {@code first .. first + block - 1}, {@code [size][block]}; zeros where there is none. */
    private float[] samples(Tensor magnitude, Tensor phase, int n, int first, Scratch scratch) {
        float[] re = scratch.floats(0, bins * block);
        float[] im = scratch.floats(1, bins * block);
        load(magnitude, n, first, re);
        load(phase, n, first, im);
        toComplex(re, im, scratch.floats(2, bins * block));
        float[] samples = scratch.floats(3, size * block);
        if (cos.length > 0) {
            int done = Lanes.VECTOR ? VectorSpectra.frames(block, size, re, im, cos, sin, window, samples) : 0;
            ScalarSpectra.frames(done, block, size, re, im, cos, sin, window, samples);
        } else if (frameFft != null) {
            inverseFrames(frameFft, re, im, samples, scratch);
        } else {
            for (int frame = 0; frame < block; frame++) {
                inverseFrame(re, im, frame, samples);
            }
        }
        return samples;
    }

    private void load(Tensor x, int n, int first, float[] to) {
        float[] data = x.data();
        int frames = x.dim(1);
        for (int i = 0; i < block; i++) {
            int frame = first + i;
            boolean real = frame >= 0 && frame < frames;
            int at = real ? x.offset() + (n * frames + frame) * bins : 0;
            for (int k = 0; k < bins; k++) {
                to[k * block + i] = real ? data[at + k] : 0f;
            }
        }
    }

    /** In steps that C2 compiles apart: all in one piece are more than it inlines (see {@link Gate}). */
    private void toComplex(float[] re, float[] im, float[] cosine) {
        int n = bins * block;
        Elementwise.activateBlock(Activation.COS, n, im, 0, cosine, 0);
        Elementwise.activateBlock(Activation.SIN, n, im, 0, im, 0);
        Elementwise.multiplyBlock(n, re, 0, im, 0, im, 0);
        Elementwise.multiplyBlock(n, re, 0, cosine, 0, re, 0);
    }

    /**
     * Two frames a transform, for both are real: with the conjugates A and B of their whole spectra, the transform of
     * A + i B is the signal of the one and i times that of the other. Frames half a block apart are such a pair.
     */
    private void inverseFrames(FrameFft transform, float[] re, float[] im, float[] samples, Scratch scratch) {
        int n = block / 2;
        float[][] spectrum = {scratch.floats(4, size * n), scratch.floats(5, size * n)};
        float[][] memory = {scratch.floats(6, size * n), scratch.floats(7, size * n)};
        for (int k = 0; k < size; k++) {
            int from = Math.min(k, size - k) * block;
            System.arraycopy(re, from, spectrum[0], k * n, n);
            System.arraycopy(re, from + n, spectrum[1], k * n, n);
            if (k % half != 0) {
                float sign = k < half ? -1f : 1f;
                Elementwise.addScaledBlock(n, -sign, im, from + n, spectrum[0], k * n);
                Elementwise.addScaledBlock(n, sign, im, from, spectrum[1], k * n);
            }
        }
        float[][] signals = transform.transform(n, spectrum, memory);
        for (int j = 0; j < size; j++) {
            Elementwise.scaleBlock(n, window[j] / size, signals[0], j * n, samples, j * block);
            Elementwise.scaleBlock(n, window[j] / size, signals[1], j * n, samples, j * block + n);
        }
    }

    private void inverseFrame(float[] re, float[] im, int frame, float[] samples) {
        double[] spectrumRe = new double[size];
        double[] spectrumIm = new double[size];
        double[] resultRe = new double[size];
        double[] rest = new double[size];
        for (int k = 0; k < size; k++) { // the conjugate: its transform is the inverse of a real signal's spectrum
            int at = Math.min(k, size - k) * block + frame;
            spectrumRe[k] = re[at];
            spectrumIm[k] = k % half == 0 ? 0 : k < half ? -im[at] : im[at];
        }
        fft.transform(spectrumRe, spectrumIm, resultRe, rest);
        for (int j = 0; j < size; j++) {
            samples[j * block + frame] = (float) (resultRe[j] / size) * window[j];
        }
    }

    /** {@code sums [hop][hops of the piece]}: at each sample the earliest frame first, which is the last row. */
    private void overlap(float[] samples, float[] sums) {
        int hops = block - reach + 1;
        Arrays.fill(sums, 0, hop * block, 0f);
        for (int j = size - 1; j >= 0; j--) {
            int to = j % hop * block;
            int from = j * block + reach - 1 - j / hop;
            Elementwise.addBlock(hops, sums, to, samples, from, sums, to);
        }
    }

    /** The samples of hop {@code q}, column {@code i} of the sums. */
    private void store(float[] sums, int i, int q, int frames, Tensor y, int n) {
        boolean whole = q >= reach - 1 && q < frames;
        int from = Math.max(0, half - q * hop);
        int to = Math.min(hop, half + y.dim(1) - q * hop);
        int at = y.offset() + n * y.dim(1) + q * hop - half;
        for (int r = from; r < to; r++) {
            y.data()[at + r] = sums[r * block + i] / (whole ? envelope[r] : envelope(q, r, frames));
        }
    }

    /** The sum of the squared windows of the frames that reach sample {@code r} of hop {@code q}. */
    private float envelope(int q, int r, int frames) {
        float sum = 0f;
        for (int frame = Math.max(0, q - (size - 1 - r) / hop); frame <= Math.min(q, frames - 1); frame++) {
            float w = window[(q - frame) * hop + r];
            sum = Math.fma(w, w, sum);
        }
        return sum;
    }
}
