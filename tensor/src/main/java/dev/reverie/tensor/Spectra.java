package dev.reverie.tensor;

import dev.reverie.tensor.kernel.RealFft20;

/** Short-time Fourier transforms. */
public final class Spectra {
    private Spectra() {}

    /** {@code x [N, T] -> [N, 1 + T / hop, 2 bins]}: magnitudes, then phases. */
    public static Tensor polar(Frame frame, Tensor x, int fftSize, int hop) {
        int bins = fftSize / 2 + 1;
        int length = x.dim(1);
        int frames = 1 + length / hop;
        Tensor y = frame.tensor(x.dim(0), frames, 2 * bins);
        if (frame.isMeasuring()) {
            return y;
        }
        if (fftSize == RealFft20.SIZE) {
            polar20(x, hop, y);
            return y;
        }
        for (int n = 0; n < x.dim(0); n++) {
            for (int f = 0; f < frames; f++) {
                for (int k = 0; k < bins; k++) {
                    double re = 0;
                    double im = 0;
                    for (int i = 0; i < fftSize; i++) {
                        int t = f * hop + i - fftSize / 2;
                        t = t < 0 ? -t : t >= length ? 2 * (length - 1) - t : t;
                        double w = 0.5 - 0.5 * StrictMath.cos(2 * Math.PI * i / fftSize);
                        double a = 2 * Math.PI * ((long) k * i % fftSize) / fftSize;
                        re += w * x.get(n * length + t) * StrictMath.cos(a);
                        im -= w * x.get(n * length + t) * StrictMath.sin(a);
                    }
                    im = k == 0 || 2 * k == fftSize ? 0 : im;
                    int at = y.offset() + (n * frames + f) * 2 * bins + k;
                    y.data()[at] = (float) Math.sqrt(re * re + im * im);
                    y.data()[at + bins] = (float) StrictMath.atan2((float) im, (float) re);
                }
            }
        }
        return y;
    }

    /** Signs of rounding errors decide phases near pi, so the transform has torch's roundings. */
    private static void polar20(Tensor x, int hop, Tensor y) {
        int length = x.dim(1);
        int frames = y.dim(1);
        float[] windowed = new float[RealFft20.SIZE];
        float[] spectrum = new float[2 * RealFft20.BINS];
        for (int row = 0; row < x.dim(0) * frames; row++) {
            int start = row / frames * length;
            for (int i = 0; i < RealFft20.SIZE; i++) {
                int t = row % frames * hop + i - RealFft20.SIZE / 2;
                t = t < 0 ? -t : t >= length ? 2 * (length - 1) - t : t;
                windowed[i] = x.get(start + t) * RealFft20.hann(i);
            }
            RealFft20.transform(windowed, 0, spectrum, 0);
            int at = y.offset() + row * 2 * RealFft20.BINS;
            for (int k = 0; k < RealFft20.BINS; k++) {
                float re = spectrum[2 * k];
                float im = spectrum[2 * k + 1];
                y.data()[at + k] = (float) Math.sqrt((double) re * re + (double) im * im);
                y.data()[at + RealFft20.BINS + k] = (float) StrictMath.atan2(im, re);
            }
        }
    }

    /** Inverse of {@link #polar}: {@code [N, frames, 2 bins] -> [N, (frames - 1) hop]}. */
    public static Tensor fromPolar(Frame frame, Tensor spectrum, int fftSize, int hop) {
        int bins = fftSize / 2 + 1;
        int frames = spectrum.dim(1);
        int length = (frames - 1) * hop;
        Tensor y = frame.tensor(spectrum.dim(0), length);
        if (frame.isMeasuring()) {
            return y;
        }
        for (int n = 0; n < spectrum.dim(0); n++) {
            double[] sum = new double[length + fftSize];
            double[] envelope = new double[length + fftSize];
            for (int f = 0; f < frames; f++) {
                for (int i = 0; i < fftSize; i++) {
                    double w = 0.5 - 0.5 * StrictMath.cos(2 * Math.PI * i / fftSize);
                    double v = 0;
                    for (int k = 0; k < bins; k++) {
                        int at = (n * frames + f) * 2 * bins + k;
                        double a = 2 * Math.PI * ((long) k * i % fftSize) / fftSize;
                        double part = spectrum.get(at) * StrictMath.cos(spectrum.get(at + bins) + a);
                        v += k == 0 || 2 * k == fftSize ? part : 2 * part;
                    }
                    sum[f * hop + i] += w * v / fftSize;
                    envelope[f * hop + i] += w * w;
                }
            }
            for (int t = 0; t < length; t++) {
                y.data()[y.offset() + n * length + t] = (float) (sum[t + fftSize / 2] / envelope[t + fftSize / 2]);
            }
        }
        return y;
    }
}
