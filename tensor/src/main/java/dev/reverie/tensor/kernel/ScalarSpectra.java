package dev.reverie.tensor.kernel;

/** Complex numbers in two arrays, elements {@code from .. n - 1}, changed in place. */
final class ScalarSpectra {
    private ScalarSpectra() {}

    /** Real and imaginary part become magnitude and phase. */
    static void toPolar(int from, int n, float[] re, float[] im) {
        for (int i = from; i < n; i++) {
            float phase = FloatMath.atan2(im[i], re[i]);
            re[i] = (float) Math.sqrt(Math.fma(re[i], re[i], im[i] * im[i]));
            im[i] = phase;
        }
    }

    /** The real part becomes the squared magnitude. */
    static void toPower(int from, int n, float[] re, float[] im) {
        for (int i = from; i < n; i++) {
            re[i] = Math.fma(re[i], re[i], im[i] * im[i]);
        }
    }

    static void cosines(int from, int n, float[] phase, float[] cosine) {
        for (int i = from; i < n; i++) {
            cosine[i] = FloatMath.cos(phase[i]);
        }
    }

    /** Magnitude and phase become real and imaginary part; {@code cosine} is the phase's. */
    static void fromPolar(int from, int n, float[] re, float[] im, float[] cosine) {
        for (int i = from; i < n; i++) {
            float magnitude = re[i];
            re[i] = magnitude * cosine[i];
            im[i] = magnitude * FloatMath.sin(im[i]);
        }
    }
}
