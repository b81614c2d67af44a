package dev.reverie.tensor.kernel;

import dev.reverie.tensor.Tensor;
import java.util.Arrays;

/**
 * Fourier transforms of windowed frames, in blocks of frames that lie side by side: {@code [bins][BLOCK]}.
 *
 * <p>Short frames are transformed by the definition, folded: cosines meet x[j] + x[size - j] and sines
 * x[j] - x[size - j], so the spectrum of a symmetric frame is exactly real. Longer ones go through an FFT in double.
 */
public final class ShortTimeFourier {
    private static final int BLOCK = 64;
    /** Up to this size the definition is faster. */
    private static final int LONGEST_DIRECT = 32;

    private final int size;
    private final int hop;
    private final int half;
    private final int bins;
    private final float[] window;
    /** cos and sin (2 pi k j / size) at {@code [k][j]}, k and j from 0 to half. */
    private final float[] cos;

    private final float[] sin;
    private final Fft fft;

    /** Frames of {@code size} samples, an even number, {@code hop} samples apart, under a periodic Hann window. */
    public ShortTimeFourier(int size, int hop) {
        this.size = size;
        this.hop = hop;
        half = size / 2;
        bins = half + 1;
        window = new float[size];
        for (int i = 0; i < size; i++) {
            window[i] = (float) (0.5 - 0.5 * StrictMath.cos(2 * Math.PI * Math.min(i, size - i) / size));
        }
        int direct = size <= LONGEST_DIRECT ? bins * bins : 0;
        cos = new float[direct];
        sin = new float[direct];
        for (int i = 0; i < direct; i++) {
            double angle = 2 * Math.PI * (i / bins * (i % bins) % size) / size;
            cos[i] = (float) StrictMath.cos(angle);
            sin[i] = (float) StrictMath.sin(angle);
        }
        fft = new Fft(size);
    }

    @FunctionalInterface
    private interface Block {
        /** Frames {@code from .. from + count - 1} of signal {@code n}. */
        void run(int n, int from, int count, Scratch scratch);
    }

    private static void blocks(int batch, int frames, Block block) {
        int perSignal = (frames + BLOCK - 1) / BLOCK;
        Pool.run(batch * perSignal, (piece, scratch) -> {
            int from = piece % perSignal * BLOCK;
            block.run(piece / perSignal, from, Math.min(BLOCK, frames - from), scratch);
        });
    }

    /** {@code padded [N, samples] -> magnitude and phase [N, frames, bins]}. */
    public void polar(Tensor padded, Tensor magnitude, Tensor phase) {
        int frames = magnitude.dim(1);
        blocks(padded.dim(0), frames, (n, from, count, scratch) -> {
            float[] re = scratch.floats(0, bins * BLOCK);
            float[] im = scratch.floats(1, bins * BLOCK);
            transform(padded, n, from, count, re, im, scratch);
            int done = Lanes.VECTOR ? VectorSpectra.toPolar(bins * BLOCK, re, im) : 0;
            ScalarSpectra.toPolar(done, bins * BLOCK, re, im);
            store(re, count, magnitude, n * frames + from);
            store(im, count, phase, n * frames + from);
        });
    }

    /** {@code padded [N, samples] -> squared magnitude [N, frames, bins]}. */
    public void power(Tensor padded, Tensor power) {
        int frames = power.dim(1);
        blocks(padded.dim(0), frames, (n, from, count, scratch) -> {
            float[] re = scratch.floats(0, bins * BLOCK);
            float[] im = scratch.floats(1, bins * BLOCK);
            transform(padded, n, from, count, re, im, scratch);
            int done = Lanes.VECTOR ? VectorSpectra.toPower(bins * BLOCK, re, im) : 0;
            ScalarSpectra.toPower(done, bins * BLOCK, re, im);
            store(re, count, power, n * frames + from);
        });
    }

    private void transform(Tensor padded, int n, int from, int count, float[] re, float[] im, Scratch scratch) {
        Arrays.fill(re, 0, bins * BLOCK, 0f);
        Arrays.fill(im, 0, bins * BLOCK, 0f);
        int at = padded.offset() + n * padded.dim(1) + from * hop;
        if (size == RealFft20.SIZE) {
            transform20(padded.data(), at, count, re, im, scratch);
        } else if (size <= LONGEST_DIRECT) {
            fold(padded.data(), at, count, scratch);
            float[] even = scratch.floats(2, bins * BLOCK);
            float[] odd = scratch.floats(3, bins * BLOCK);
            for (int k = 0; k <= half; k++) {
                for (int j = 0; j <= half; j++) {
                    Elementwise.addScaledBlock(BLOCK, cos[k * bins + j], even, j * BLOCK, re, k * BLOCK);
                    if (j % half != 0 && k % half != 0) {
                        Elementwise.addScaledBlock(BLOCK, 0f - sin[k * bins + j], odd, j * BLOCK, im, k * BLOCK);
                    }
                }
            }
        } else {
            for (int frame = 0; frame < count; frame++) {
                transformFrame(padded.data(), at + frame * hop, re, im, frame);
            }
        }
    }

    /** With torch's roundings, which decide the phases of mirrored frames. */
    private void transform20(float[] x, int at, int count, float[] re, float[] im, Scratch scratch) {
        float[] windowed = scratch.floats(2, size);
        float[] spectrum = scratch.floats(3, 2 * bins);
        for (int frame = 0; frame < count; frame++) {
            for (int j = 0; j < size; j++) {
                windowed[j] = x[at + frame * hop + j] * RealFft20.hann(j);
            }
            RealFft20.transform(windowed, 0, spectrum, 0);
            for (int k = 0; k < bins; k++) {
                re[k * BLOCK + frame] = spectrum[2 * k];
                im[k * BLOCK + frame] = spectrum[2 * k + 1];
            }
        }
    }

    /** Sums and differences of mirrored samples under the window, to slots 2 and 3. */
    private void fold(float[] x, int at, int count, Scratch scratch) {
        float[] even = scratch.floats(2, bins * BLOCK);
        float[] odd = scratch.floats(3, bins * BLOCK);
        for (int j = 0; j <= half; j++) {
            int mirrored = j % half == 0 ? j : size - j;
            float one = j % half == 0 ? 0f : window[mirrored];
            for (int frame = 0; frame < BLOCK; frame++) {
                int start = at + Math.min(frame, count - 1) * hop;
                float a = x[start + j] * window[j];
                float b = x[start + mirrored] * one;
                even[j * BLOCK + frame] = a + b;
                odd[j * BLOCK + frame] = a - b;
            }
        }
    }

    private void transformFrame(float[] x, int at, float[] re, float[] im, int frame) {
        double[] samples = new double[size];
        double[] zeros = new double[size];
        double[] resultRe = new double[size];
        double[] resultIm = new double[size];
        for (int j = 0; j < size; j++) {
            samples[j] = (double) x[at + j] * window[j];
        }
        fft.transform(samples, zeros, resultRe, resultIm);
        for (int k = 0; k < bins; k++) {
            re[k * BLOCK + frame] = (float) resultRe[k];
            im[k * BLOCK + frame] = k % half == 0 ? 0f : (float) resultIm[k];
        }
    }

    /** {@code [bins][BLOCK]} to rows of {@code y}. */
    private void store(float[] block, int count, Tensor y, int row) {
        float[] data = y.data();
        for (int frame = 0; frame < count; frame++) {
            int to = y.offset() + (row + frame) * bins;
            for (int k = 0; k < bins; k++) {
                data[to + k] = block[k * BLOCK + frame];
            }
        }
    }

    private void load(Tensor x, int row, int count, float[] block) {
        float[] data = x.data();
        for (int k = 0; k < bins; k++) {
            for (int frame = 0; frame < BLOCK; frame++) {
                block[k * BLOCK + frame] = data[x.offset() + (row + Math.min(frame, count - 1)) * bins + k];
            }
        }
    }

    /** {@code magnitude, phase [N, frames, bins] -> frames of samples under the window [N, frames, size]}. */
    public void inverse(Tensor magnitude, Tensor phase, Tensor windowed) {
        int frames = magnitude.dim(1);
        blocks(magnitude.dim(0), frames, (n, from, count, scratch) -> {
            int row = n * frames + from;
            float[] re = scratch.floats(0, bins * BLOCK);
            float[] im = scratch.floats(1, bins * BLOCK);
            load(magnitude, row, count, re);
            load(phase, row, count, im);
            toComplex(re, im, scratch.floats(2, bins * BLOCK));
            int to = windowed.offset() + row * size;
            if (size <= LONGEST_DIRECT) {
                unfold(re, im, count, windowed.data(), to, scratch);
            } else {
                for (int frame = 0; frame < count; frame++) {
                    inverseFrame(re, im, frame, windowed.data(), to + frame * size);
                }
            }
        });
    }

    /** In two steps: sine and cosine in one loop are more than C2 inlines. */
    private void toComplex(float[] re, float[] im, float[] cosine) {
        int n = bins * BLOCK;
        ScalarSpectra.cosines(Lanes.VECTOR ? VectorSpectra.cosines(n, im, cosine) : 0, n, im, cosine);
        int done = Lanes.VECTOR ? VectorSpectra.fromPolar(n, re, im, cosine) : 0;
        ScalarSpectra.fromPolar(done, n, re, im, cosine);
    }

    /** x[j] = even - odd and x[size - j] = even + odd, where even meets the cosines and odd the sines. */
    private void unfold(float[] re, float[] im, int count, float[] y, int yo, Scratch scratch) {
        float[] even = scratch.floats(2, bins * BLOCK);
        float[] odd = scratch.floats(3, bins * BLOCK);
        Arrays.fill(even, 0, bins * BLOCK, 0f);
        Arrays.fill(odd, 0, bins * BLOCK, 0f);
        for (int j = 0; j <= half; j++) {
            for (int k = 0; k <= half; k++) {
                float weight = (k % half == 0 ? 1f : 2f) / size;
                Elementwise.addScaledBlock(BLOCK, weight * cos[k * bins + j], re, k * BLOCK, even, j * BLOCK);
                if (k % half != 0) {
                    Elementwise.addScaledBlock(BLOCK, weight * sin[k * bins + j], im, k * BLOCK, odd, j * BLOCK);
                }
            }
        }
        for (int frame = 0; frame < count; frame++) {
            for (int j = 0; j < size; j++) {
                int at = Math.min(j, size - j) * BLOCK + frame;
                float sample = j <= half ? even[at] - odd[at] : even[at] + odd[at];
                y[yo + frame * size + j] = sample * window[j];
            }
        }
    }

    private void inverseFrame(float[] re, float[] im, int frame, float[] y, int yo) {
        double[] spectrumRe = new double[size];
        double[] spectrumIm = new double[size];
        double[] samples = new double[size];
        double[] rest = new double[size];
        for (int k = 0; k < size; k++) { // the conjugate: its transform is the inverse of a real signal's spectrum
            int at = Math.min(k, size - k) * BLOCK + frame;
            spectrumRe[k] = re[at];
            spectrumIm[k] = k % half == 0 ? 0 : k < half ? -im[at] : im[at];
        }
        fft.transform(spectrumRe, spectrumIm, samples, rest);
        for (int j = 0; j < size; j++) {
            y[yo + j] = (float) (samples[j] / size) * window[j];
        }
    }

    /** Adds overlapping frames, divided by the sum of the squared windows: {@code [N, frames, size] -> [N, samples]}. */
    public void overlapAdd(Tensor windowed, Tensor y) {
        int samples = y.dim(1);
        int perPiece = BLOCK * hop;
        int pieces = (samples + perPiece - 1) / perPiece;
        Pool.run(y.dim(0) * pieces, (piece, scratch) -> {
            int first = piece % pieces * perPiece;
            int length = Math.min(perPiece, samples - first);
            int n = piece / pieces;
            int to = y.offset() + n * samples + first;
            addFrames(windowed, n, first + half, length, y.data(), to, scratch.floats(0, perPiece));
        });
    }

    /** Samples {@code first .. first + length - 1} of the padded signal {@code n}, frame after frame. */
    private void addFrames(Tensor windowed, int n, int first, int length, float[] y, int yo, float[] envelope) {
        Arrays.fill(y, yo, yo + length, 0f);
        Arrays.fill(envelope, 0, length, 0f);
        int frames = windowed.dim(1);
        int last = Math.min(frames - 1, (first + length - 1) / hop);
        for (int frame = Math.max(0, (first - size) / hop); frame <= last; frame++) {
            int start = frame * hop - first;
            int from = windowed.offset() + (n * frames + frame) * size - start;
            int end = Math.min(length, start + size);
            for (int t = Math.max(0, start); t < end; t++) {
                y[yo + t] += windowed.data()[from + t];
                envelope[t] = Math.fma(window[t - start], window[t - start], envelope[t]);
            }
        }
        for (int t = 0; t < length; t++) {
            y[yo + t] /= envelope[t];
        }
    }
}
