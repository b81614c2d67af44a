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

    /**
     * Frames {@code from .. n - 1} of spectra {@code [bins][n]} under the window, to {@code y [size][n]}: even meets the
     * cosines {@code [j][k]}, odd the sines; x[j] = even - odd and x[size - j] = even + odd.
     */
    static void frames(
            int from, int n, int size, float[] re, float[] im, float[] cos, float[] sin, float[] window, float[] y) {
        int half = size / 2;
        for (int j = 0; j <= half; j++) {
            int row = j * (half + 1);
            for (int i = from; i < n; i++) {
                float even = 0f;
                for (int k = 0; k <= half; k++) {
                    even = Math.fma(re[k * n + i], cos[row + k], even);
                }
                float odd = 0f;
                for (int k = 1; k < half; k++) {
                    odd = Math.fma(im[k * n + i], sin[row + k], odd);
                }
                y[j * n + i] = (even - odd) * window[j];
                if (j % half != 0) {
                    y[(size - j) * n + i] = (even + odd) * window[size - j];
                }
            }
        }
    }

    /**
     * y = x[0] plus the sum of {@code x[t] (c[t] - i s[t])}, t from 1 to {@code terms - 1}: {@code n} numbers side by side,
     * those of the next t {@code n} further.
     */
    static void turnedSum(
            int n, int terms, float[] re, float[] im, int at, float[] c, float[] s, float[] yRe, float[] yIm, int to) {
        for (int i = 0; i < n; i++) {
            float sumRe = re[at + i];
            float sumIm = im[at + i];
            for (int t = 1; t < FrameFft.TERMS; t++) {
                int x = at + Math.min(t, terms - 1) * n + i;
                sumRe = Math.fma(im[x], s[t], Math.fma(re[x], c[t], sumRe));
                sumIm = Math.fma(re[x], 0f - s[t], Math.fma(im[x], c[t], sumIm));
            }
            yRe[to + i] = sumRe;
            yIm[to + i] = sumIm;
        }
    }

    /**
     * The sums of {@code x[t] (c[t] - i s[t]) (-i)^(r t)}, t from 0 to 3, for r from 0 to 3: {@code n} numbers side by side,
     * those of the next t {@code n} further, those of the next r {@code apart}.
     */
    static void fourSums(
            int n, float[] re, float[] im, int at, float[] c, float[] s, float[] yRe, float[] yIm, int to, int apart) {
        for (int i = 0; i < n; i++) {
            int x = at + i;
            int x1 = x + n;
            int x2 = x + 2 * n;
            int x3 = x + 3 * n;
            float re1 = Math.fma(im[x1], s[1], re[x1] * c[1]);
            float im1 = Math.fma(re[x1], 0f - s[1], im[x1] * c[1]);
            float re2 = Math.fma(im[x2], s[2], re[x2] * c[2]);
            float im2 = Math.fma(re[x2], 0f - s[2], im[x2] * c[2]);
            float re3 = Math.fma(im[x3], s[3], re[x3] * c[3]);
            float im3 = Math.fma(re[x3], 0f - s[3], im[x3] * c[3]);
            int y = to + i;
            yRe[y] = (re[x] + re2) + (re1 + re3);
            yIm[y] = (im[x] + im2) + (im1 + im3);
            yRe[y + apart] = (re[x] - re2) + (im1 - im3);
            yIm[y + apart] = (im[x] - im2) - (re1 - re3);
            yRe[y + 2 * apart] = (re[x] + re2) - (re1 + re3);
            yIm[y + 2 * apart] = (im[x] + im2) - (im1 + im3);
            yRe[y + 3 * apart] = (re[x] - re2) - (im1 - im3);
            yIm[y + 3 * apart] = (im[x] - im2) + (re1 - re3);
        }
    }
}
