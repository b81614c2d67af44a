package dev.reverie.tensor.kernel;

import dev.reverie.tensor.Tensor;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/**
 * Fourier transforms of windowed frames, in blocks of frames that lie side by side: {@code [bins][BLOCK]}.
 *
 * <p>Short frames are transformed by the definition, folded: cosines meet x[j] + x[size - j] and sines
 * x[j] - x[size - j], so the spectrum of a symmetric frame is exactly real. Longer ones go through an FFT in double.
 */
public final class ShortTimeFourier {
    private static final int BLOCK = 64;
    /** Up to this size the definition is faster. */
    static final int LONGEST_DIRECT = 32;

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
        window = hann(size);
        boolean direct = size <= LONGEST_DIRECT;
        cos = direct ? table(size, StrictMath::cos) : new float[0];
        sin = direct ? table(size, StrictMath::sin) : new float[0];
        fft = new Fft(size);
    }

    /** The periodic Hann window. */
    static float[] hann(int size) {
        float[] window = new float[size];
        for (int i = 0; i < size; i++) {
            window[i] = (float) (0.5 - 0.5 * StrictMath.cos(2 * Math.PI * Math.min(i, size - i) / size));
        }
        return window;
    }

    /** The function of 2 pi k j / size at {@code [k][j]}, k and j from 0 to half the size. */
    static float[] table(int size, DoubleUnaryOperator function) {
        int bins = size / 2 + 1;
        float[] table = new float[bins * bins];
        for (int i = 0; i < table.length; i++) {
            table[i] = (float) function.applyAsDouble(2 * Math.PI * (i / bins * (i % bins) % size) / size);
        }
        return table;
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
}
