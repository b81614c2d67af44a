package dev.reverie.tensor.kernel;

import java.util.ArrayList;
import java.util.List;

/** The discrete Fourier transform of complex numbers in double, by mixed radices (Cooley and Tukey). */
final class Fft {
    private final int size;
    private final int[] factors;
    private final double[] cos;
    private final double[] sin;

    Fft(int size) {
        this.size = size;
        factors = factors(size);
        cos = new double[size];
        sin = new double[size];
        for (int i = 0; i < size; i++) {
            cos[i] = StrictMath.cos(2 * Math.PI * i / size);
            sin[i] = StrictMath.sin(2 * Math.PI * i / size);
        }
    }

    private static int[] factors(int size) {
        List<Integer> found = new ArrayList<>();
        int rest = size;
        for (int p = 2; rest > 1; p++) {
            for (; rest % p == 0; rest /= p) {
                found.add(p);
            }
        }
        return found.stream().mapToInt(Integer::intValue).toArray();
    }

    /** X[k] = sum of x[j] e^(-2 pi i j k / size). */
    void transform(double[] re, double[] im, double[] resultRe, double[] resultIm) {
        level(0, size, 1, 0, re, im, 0, resultRe, resultIm);
    }

    /** Transforms the {@code n} numbers {@code stride} apart from {@code from} on into {@code n} in a row. */
    private void level(
            int depth, int n, int stride, int from, double[] re, double[] im, int to, double[] outRe, double[] outIm) {
        if (n == 1) {
            outRe[to] = re[from];
            outIm[to] = im[from];
            return;
        }
        int radix = factors[depth];
        int part = n / radix;
        for (int q = 0; q < radix; q++) {
            level(depth + 1, part, stride * radix, from + q * stride, re, im, to + q * part, outRe, outIm);
        }
        double[] pointRe = new double[radix];
        double[] pointIm = new double[radix];
        for (int k = 0; k < part; k++) {
            for (int q = 0; q < radix; q++) {
                pointRe[q] = outRe[to + q * part + k];
                pointIm[q] = outIm[to + q * part + k];
            }
            for (int r = 0; r < radix; r++) {
                butterfly(pointRe, pointIm, stride * (k + r * part), to + r * part + k, outRe, outIm);
            }
        }
    }

    /** The sum of point q times e^(-2 pi i q step / size). */
    private void butterfly(double[] re, double[] im, int step, int at, double[] outRe, double[] outIm) {
        double sumRe = re[0];
        double sumIm = im[0];
        int angle = 0;
        for (int q = 1; q < re.length; q++) {
            angle = (angle + step) % size;
            sumRe += re[q] * cos[angle] + im[q] * sin[angle];
            sumIm += im[q] * cos[angle] - re[q] * sin[angle];
        }
        outRe[at] = sumRe;
        outIm[at] = sumIm;
    }
}
