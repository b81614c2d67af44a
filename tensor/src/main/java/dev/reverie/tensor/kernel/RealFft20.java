package dev.reverie.tensor.kernel;

/**
 * Fourier transform of 20 real numbers, with the roundings of {@code torch.fft.rfft} and {@code torch.stft} (torch 2.13.0
 * with MKL 2024.2 on an AMD CPU; elsewhere MKL may choose another order, and the last bits of most bins differ).
 *
 * <p>Kokoro's vocoder is fed with the phases of such spectra. Its first frame is centred on the signal's beginning and
 * mirrored there, so its imaginary parts are rounding errors alone; where the real part is negative, their signs decide
 * between the phases +pi and -pi. Hence the order of operations is a part of the result. It was found by experiments:
 * the sums' trees by cancelling two large terms among small ones, the rest by trying the textbook's variants on random
 * numbers. No product is fused with a sum.
 *
 * <ol>
 *   <li>Neighbours make complex numbers, {@code z[m] = x[2m] + i x[2m + 1]}.
 *   <li>{@code Z = DFT10(z)} by prime factors (Good and Thomas): two transforms of five, which take {@code z} in steps of
 *       two from 0 and from 5, then five sums and differences; no twiddle factors between.
 *   <li>The spectrum of {@code x} from the pairs {@code Z[k], Z[10 - k]}.
 * </ol>
 */
public final class RealFft20 {
    /** Numbers of the input. */
    public static final int SIZE = 20;

    /** Numbers of the output, bins 0 to 10. */
    public static final int BINS = SIZE / 2 + 1;

    private static final int HALF = SIZE / 2;

    private static final float COS_1 = (float) StrictMath.cos(2 * Math.PI / 5);
    private static final float COS_2 = (float) StrictMath.cos(4 * Math.PI / 5);
    private static final float SIN_1 = (float) StrictMath.sin(2 * Math.PI / 5);
    private static final float SIN_2 = (float) StrictMath.sin(4 * Math.PI / 5);

    /** {@code (1 - i w^k) / 2 = TWIST_RE[k] - i TWIST_IM[k]} with {@code w = e^(-2 pi i / 20)}, for k below 5. */
    private static final float[] TWIST_RE = new float[HALF / 2];

    private static final float[] TWIST_IM = new float[HALF / 2];

    static {
        for (int k = 0; k < HALF / 2; k++) {
            double angle = 2 * Math.PI * k / SIZE;
            TWIST_RE[k] = 0.5f - (float) (StrictMath.sin(angle) / 2); // rounded twice, which shows at k = 3 and 4
            TWIST_IM[k] = (float) (StrictMath.cos(angle) / 2);
        }
    }

    /**
     * {@code torch.hann_window(20)}. A table, because one of its float32 cosines (8) is not the nearest float. The angles
     * are rounded too, so the window is not quite symmetric: in a mirrored frame that shows as much as the sums' roundings.
     */
    private static final float[] HANN = {
        0x0p0f, 0x1.90f1ep-6f, 0x1.872218p-4f, 0x1.a61bap-3f, 0x1.61c888p-2f,
        0x1p-1f, 0x1.4f1bbep-1f, 0x1.967918p-1f, 0x1.cf1bbcp-1f, 0x1.f37872p-1f,
        0x1p0f, 0x1.f3787p-1f, 0x1.cf1bbcp-1f, 0x1.967914p-1f, 0x1.4f1bbep-1f,
        0x1p-1f, 0x1.61c882p-2f, 0x1.a61b9p-3f, 0x1.8721f8p-4f, 0x1.90f1ep-6f
    };

    private RealFft20() {}

    /** The periodic Hann window of torch, value {@code i} of 20. */
    public static float hann(int i) {
        return HANN[i];
    }

    /**
     * Transforms {@code x[from .. from + 20)} into {@code y[to .. to + 22)}: re, im of bin 0, of bin 1, .. of bin 10. The
     * ranges must not overlap.
     */
    public static void transform(float[] x, int from, float[] y, int to) {
        five(x, from, 0, y, to);
        five(x, from, HALF / 2, y, to);
        for (int even = 0; even < HALF; even += 2) {
            int odd = (even + HALF / 2) % HALF;
            butterfly(y, to + 2 * even, to + 2 * odd);
            butterfly(y, to + 2 * even + 1, to + 2 * odd + 1);
        }
        edges(y, to);
        for (int k = 1; k < HALF / 2; k++) {
            pair(k, y, to + 2 * k, to + 2 * (HALF - k));
        }
    }

    /** DFT5 of {@code z[(2j + first) % 10]}, j = 0 .. 4; its bin j goes to bin {@code (6j + first) % 10} of y. */
    private static void five(float[] x, int from, int first, float[] y, int to) {
        int z0 = from + 2 * first;
        int z1 = from + 2 * ((2 + first) % HALF);
        int z2 = from + 2 * ((4 + first) % HALF);
        int z3 = from + 2 * ((6 + first) % HALF);
        int z4 = from + 2 * ((8 + first) % HALF);

        float outerRe = x[z1] + x[z4];
        float innerRe = x[z2] + x[z3];
        float outerIm = x[z1 + 1] + x[z4 + 1];
        float innerIm = x[z2 + 1] + x[z3 + 1];
        float even1Re = x[z0] + (COS_1 * outerRe + COS_2 * innerRe);
        float even2Re = x[z0] + (COS_2 * outerRe + COS_1 * innerRe);
        float even1Im = x[z0 + 1] + (COS_1 * outerIm + COS_2 * innerIm);
        float even2Im = x[z0 + 1] + (COS_2 * outerIm + COS_1 * innerIm);

        float outerTurnRe = x[z1] - x[z4];
        float innerTurnRe = x[z2] - x[z3];
        float outerTurnIm = x[z1 + 1] - x[z4 + 1];
        float innerTurnIm = x[z2 + 1] - x[z3 + 1];
        float odd1Re = SIN_1 * outerTurnRe + SIN_2 * innerTurnRe;
        float odd2Re = SIN_2 * outerTurnRe - SIN_1 * innerTurnRe;
        float odd1Im = SIN_1 * outerTurnIm + SIN_2 * innerTurnIm;
        float odd2Im = SIN_2 * outerTurnIm - SIN_1 * innerTurnIm;

        // e - i o in bins 1 and 2, e + i o in their mirrors 4 and 3
        put(y, to + 2 * first, x[z0] + (outerRe + innerRe), x[z0 + 1] + (outerIm + innerIm));
        put(y, to + 2 * ((6 + first) % HALF), even1Re + odd1Im, even1Im - odd1Re);
        put(y, to + 2 * ((12 + first) % HALF), even2Re + odd2Im, even2Im - odd2Re);
        put(y, to + 2 * ((18 + first) % HALF), even2Re - odd2Im, even2Im + odd2Re);
        put(y, to + 2 * ((24 + first) % HALF), even1Re - odd1Im, even1Im + odd1Re);
    }

    private static void put(float[] y, int at, float re, float im) {
        y[at] = re;
        y[at + 1] = im;
    }

    private static void butterfly(float[] y, int sum, int difference) {
        float a = y[sum];
        float b = y[difference];
        y[sum] = a + b;
        y[difference] = a - b;
    }

    /** {@code Z[0]} holds the sums of the even and of the odd samples; {@code Z[5]} is the conjugate of bin 5. */
    private static void edges(float[] y, int to) {
        float even = y[to];
        float odd = y[to + 1];
        put(y, to, even + odd, 0f);
        put(y, to + 2 * HALF, even - odd, 0f);
        y[to + HALF + 1] = -y[to + HALF + 1];
    }

    /** {@code X[k] = Z'[10 - k] + p} and {@code X[10 - k] = (Z[k] - p)'}, p = (Z[k] - Z'[10 - k]) (1 - i w^k) / 2. */
    private static void pair(int k, float[] y, int low, int high) {
        float re = y[low] - y[high];
        float im = y[low + 1] + y[high + 1];
        float productRe = re * TWIST_RE[k] + im * TWIST_IM[k];
        float productIm = im * TWIST_RE[k] - re * TWIST_IM[k];
        float lowRe = y[low];
        float lowIm = y[low + 1];
        put(y, low, y[high] + productRe, productIm - y[high + 1]);
        put(y, high, lowRe - productRe, productIm - lowIm);
    }
}
