package dev.reverie.tensor;

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
