package dev.reverie.tts.kokoro;

import dev.reverie.tensor.Tensor;

/**
 * Distance of two sounds: mean of |ln max(1e-5, mel)| differences, mel being the power spectrogram at 24 kHz with a
 * periodic Hann window of 1,024, hop 256, centred with zeros, in 80 Slaney bands.
 */
final class LogMel {
    private static final int SIZE = 1024;
    private static final int HOP = 256;
    private static final int BANDS = 80;
    private static final double RATE = 24_000;

    private LogMel() {}

    static double distance(Tensor a, Tensor b) {
        double[][] filters = filters();
        double sum = 0;
        int frames = 1 + a.elementCount() / HOP;
        for (int frame = 0; frame < frames; frame++) {
            double[] powerA = power(a, frame);
            double[] powerB = power(b, frame);
            for (double[] filter : filters) {
                sum += Math.abs(log(filter, powerA) - log(filter, powerB));
            }
        }
        return sum / (frames * (double) BANDS);
    }

    private static double log(double[] filter, double[] power) {
        double mel = 0;
        for (int i = 0; i < power.length; i++) {
            mel += filter[i] * power[i];
        }
        return Math.log(Math.max(1e-5, mel));
    }

    private static double[] power(Tensor x, int frame) {
        double[] re = new double[SIZE];
        double[] im = new double[SIZE];
        for (int i = 0; i < SIZE; i++) {
            int at = frame * HOP + i - SIZE / 2;
            double window = 0.5 - 0.5 * Math.cos(2 * Math.PI * i / SIZE);
            re[i] = at < 0 || at >= x.elementCount() ? 0 : window * x.get(at);
        }
        fft(re, im, 0, SIZE, new double[SIZE], new double[SIZE]);
        double[] power = new double[SIZE / 2 + 1];
        for (int i = 0; i < power.length; i++) {
            power[i] = re[i] * re[i] + im[i] * im[i];
        }
        return power;
    }

    /** Radix 2, by halves. */
    private static void fft(double[] re, double[] im, int from, int n, double[] r, double[] s) {
        if (n == 1) {
            return;
        }
        int half = n / 2;
        for (int i = 0; i < half; i++) {
            r[from + i] = re[from + 2 * i];
            s[from + i] = im[from + 2 * i];
            r[from + half + i] = re[from + 2 * i + 1];
            s[from + half + i] = im[from + 2 * i + 1];
        }
        fft(r, s, from, half, re, im);
        fft(r, s, from + half, half, re, im);
        for (int i = 0; i < half; i++) {
            double c = Math.cos(-2 * Math.PI * i / n);
            double d = Math.sin(-2 * Math.PI * i / n);
            double x = c * r[from + half + i] - d * s[from + half + i];
            double y = c * s[from + half + i] + d * r[from + half + i];
            re[from + i] = r[from + i] + x;
            im[from + i] = s[from + i] + y;
            re[from + half + i] = r[from + i] - x;
            im[from + half + i] = s[from + i] - y;
        }
    }

    /** librosa's: triangles of equal area on Slaney's scale from 0 to half the rate. */
    private static double[][] filters() {
        double top = mel(RATE / 2);
        double[][] filters = new double[BANDS][SIZE / 2 + 1];
        for (int band = 0; band < BANDS; band++) {
            double low = hertz(top * band / (BANDS + 1));
            double middle = hertz(top * (band + 1) / (BANDS + 1));
            double high = hertz(top * (band + 2) / (BANDS + 1));
            for (int i = 0; i <= SIZE / 2; i++) {
                double f = i * RATE / SIZE;
                double weight = Math.max(0, Math.min((f - low) / (middle - low), (high - f) / (high - middle)));
                filters[band][i] = weight * 2 / (high - low);
            }
        }
        return filters;
    }

    private static double mel(double hertz) {
        return hertz < 1000 ? hertz * 3 / 200 : 15 + Math.log(hertz / 1000) * 27 / Math.log(6.4);
    }

    private static double hertz(double mel) {
        return mel < 15 ? mel * 200 / 3 : 1000 * Math.exp((mel - 15) * Math.log(6.4) / 27);
    }
}
