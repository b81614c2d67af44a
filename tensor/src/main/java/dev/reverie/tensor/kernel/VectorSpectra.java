package dev.reverie.tensor.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** The methods of {@link ScalarSpectra} on whole vectors; each returns the number of elements done. */
final class VectorSpectra {
    private static final VectorSpecies<Float> S = Species.FLOAT;
    private static final int LANES = S.length();

    private VectorSpectra() {}

    static int toPolar(int n, float[] re, float[] im) {
        int whole = S.loopBound(n);
        for (int i = 0; i < whole; i += LANES) {
            FloatVector x = load(re, i);
            FloatVector y = load(im, i);
            x.fma(x, y.mul(y)).sqrt().intoArray(re, i);
            VectorMath.atan2(y, x).intoArray(im, i);
        }
        return whole;
    }

    static int toPower(int n, float[] re, float[] im) {
        int whole = S.loopBound(n);
        for (int i = 0; i < whole; i += LANES) {
            FloatVector x = load(re, i);
            FloatVector y = load(im, i);
            x.fma(x, y.mul(y)).intoArray(re, i);
        }
        return whole;
    }

    /** Four vectors of frames at a time, so that their chains overlap; even and odd wait in the rows of the result. */
    static int frames(int n, int size, float[] re, float[] im, float[] cos, float[] sin, float[] window, float[] y) {
        int half = size / 2;
        int whole = n - n % (4 * LANES);
        for (int j = 0; j <= half; j++) {
            int at = j * n;
            int mirrored = (size - j) % size * n;
            for (int part = 0; part < (j % half == 0 ? 1 : 2); part++) { // one call for both: it is inlined once
                float[] x = part == 0 ? re : im;
                float[] factors = part == 0 ? cos : sin;
                for (int i = 0; i < whole; i += 4 * LANES) {
                    int to = (part == 0 ? at : mirrored) + i;
                    fourSums(part, half + 1 - part, x, n, i, factors, j * (half + 1), y, to);
                }
            }
            if (j % half == 0) {
                Elementwise.scaleBlock(whole, window[j], y, at, y, at);
            } else {
                unfold(whole, window[j], y, at, window[size - j], mirrored);
            }
        }
        return whole;
    }

    private static void fourSums(
            int from, int to, float[] x, int n, int i, float[] factors, int row, float[] y, int yo) {
        FloatVector a = FloatVector.zero(S);
        FloatVector b = a;
        FloatVector c = a;
        FloatVector d = a;
        for (int k = from; k < to; k++) {
            FloatVector factor = VectorMath.splat(factors[row + k]);
            int at = k * n + i;
            a = load(x, at).fma(factor, a);
            b = load(x, at + LANES).fma(factor, b);
            c = load(x, at + 2 * LANES).fma(factor, c);
            d = load(x, at + 3 * LANES).fma(factor, d);
        }
        a.intoArray(y, yo);
        b.intoArray(y, yo + LANES);
        c.intoArray(y, yo + 2 * LANES);
        d.intoArray(y, yo + 3 * LANES);
    }

    private static void unfold(int n, float before, float[] y, int at, float after, int mirrored) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector even = load(y, at + i);
            FloatVector odd = load(y, mirrored + i);
            even.sub(odd).mul(before).intoArray(y, at + i);
            even.add(odd).mul(after).intoArray(y, mirrored + i);
        }
    }

    private static FloatVector load(float[] x, int at) {
        return FloatVector.fromArray(S, x, at);
    }
}
