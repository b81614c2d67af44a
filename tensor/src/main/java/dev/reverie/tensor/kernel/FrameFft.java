package dev.reverie.tensor.kernel;

import java.util.ArrayList;
import java.util.List;

/**
 * Discrete Fourier transforms of many signals side by side, {@code [size][signals]}, in steps of 4, 2, 3 and 5: vectors
 * run along the signals, so no step has to shuffle.
 *
 * <p>Source: T. Stockham's self-sorting form of Cooley and Tukey's transform, see C. Van Loan, Computational Frameworks
 * for the Fast Fourier Transform (1992), 1.7.
 */
final class FrameFft {
    /** Terms of the kernels' sums; a step of fewer has zeros for the others. */
    static final int TERMS = 5;

    private static final int[] RADICES = {4, 2, 3, 5};

    private final int size;
    private final List<Integer> steps = new ArrayList<>();
    private final float[] cos;
    private final float[] sin;

    /** @param size one that {@link #fits} */
    FrameFft(int size) {
        this.size = size;
        int rest = size;
        for (int radix : RADICES) {
            for (; rest % radix == 0; rest /= radix) {
                steps.add(radix);
            }
        }
        cos = new float[size];
        sin = new float[size];
        for (int i = 0; i < size; i++) {
            cos[i] = (float) StrictMath.cos(2 * Math.PI * i / size);
            sin[i] = (float) StrictMath.sin(2 * Math.PI * i / size);
        }
    }

    /** Whether a size has no prime factors but 2, 3 and 5. */
    static boolean fits(int size) {
        int rest = size;
        for (int radix : RADICES) {
            while (rest % radix == 0) {
                rest /= radix;
            }
        }
        return rest == 1;
    }

    /**
     * X[k] = sum of x[j] e^(-2 pi i j k / size).
     *
     * @param n signals, whole vectors of them
     * @param x real and imaginary parts, overwritten
     * @param memory two arrays as large
     * @return {@code x} or {@code memory}, whichever holds the result
     */
    float[][] transform(int n, float[][] x, float[][] memory) {
        float[][] from = x;
        float[][] to = memory;
        int done = 1;
        for (int radix : steps) {
            if (radix == 4) {
                stepOfFour(n, done, from, to);
            } else {
                step(n, done, radix, from, to);
            }
            float[][] swapped = from;
            from = to;
            to = swapped;
            done *= radix;
        }
        return from;
    }

    /**
     * From transforms of length {@code done}, {@code [done][size / done]}, of all signals' every so manieth sample, those
     * of length {@code done radix}.
     */
    private void step(int n, int done, int radix, float[][] from, float[][] to) {
        int left = size / (done * radix);
        int distance = left * n;
        float[] c = new float[TERMS];
        float[] s = new float[TERMS];
        for (int k = 0; k < done * radix; k++) {
            turn(radix, k * left, c, s);
            int at = k % done * radix * distance;
            if (Lanes.VECTOR) {
                VectorSpectra.turnedSum(distance, radix, from[0], from[1], at, c, s, to[0], to[1], k * distance);
            } else {
                ScalarSpectra.turnedSum(distance, radix, from[0], from[1], at, c, s, to[0], to[1], k * distance);
            }
        }
    }

    /** Cosines and sines by which the terms of a sum are turned, each {@code angle} parts of {@code size} further. */
    private void turn(int terms, int angle, float[] c, float[] s) {
        for (int term = 1; term < terms; term++) {
            int at = (int) ((long) term * angle % size);
            c[term] = cos[at];
            s[term] = sin[at];
        }
    }

    /** The same for four, whose sums share their parts: half the loads and a third of the arithmetic. */
    private void stepOfFour(int n, int done, float[][] from, float[][] to) {
        int left = size / (done * 4);
        int distance = left * n;
        float[] c = new float[4];
        float[] s = new float[4];
        for (int k = 0; k < done; k++) {
            turn(4, k * left, c, s);
            int at = k * 4 * distance;
            int first = k * distance;
            int apart = done * distance;
            if (Lanes.VECTOR) {
                VectorSpectra.fourSums(distance, from[0], from[1], at, c, s, to[0], to[1], first, apart);
            } else {
                ScalarSpectra.fourSums(distance, from[0], from[1], at, c, s, to[0], to[1], first, apart);
            }
        }
    }
}
