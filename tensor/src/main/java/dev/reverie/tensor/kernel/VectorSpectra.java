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
                    fourVectors(part, half + 1 - part, x, n, i, factors, j * (half + 1), y, to);
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

    private static void fourVectors(
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

    /** {@code n} is a number of whole vectors. */
    static void turnedSum(
            int n, int terms, float[] re, float[] im, int at, float[] c, float[] s, float[] yRe, float[] yIm, int to) {
        int x1 = at + Math.min(1, terms - 1) * n;
        int x2 = at + Math.min(2, terms - 1) * n;
        int x3 = at + Math.min(3, terms - 1) * n;
        int x4 = at + Math.min(4, terms - 1) * n;
        FloatVector c1 = VectorMath.splat(c[1]);
        FloatVector s1 = VectorMath.splat(s[1]);
        FloatVector n1 = VectorMath.splat(0f - s[1]);
        FloatVector c2 = VectorMath.splat(c[2]);
        FloatVector s2 = VectorMath.splat(s[2]);
        FloatVector n2 = VectorMath.splat(0f - s[2]);
        FloatVector c3 = VectorMath.splat(c[3]);
        FloatVector s3 = VectorMath.splat(s[3]);
        FloatVector n3 = VectorMath.splat(0f - s[3]);
        FloatVector c4 = VectorMath.splat(c[4]);
        FloatVector s4 = VectorMath.splat(s[4]);
        FloatVector n4 = VectorMath.splat(0f - s[4]);
        for (int i = 0; i < n; i += LANES) {
            FloatVector sumRe = load(re, at + i);
            FloatVector sumIm = load(im, at + i);
            FloatVector x = load(re, x1 + i);
            FloatVector y = load(im, x1 + i);
            sumRe = y.fma(s1, x.fma(c1, sumRe));
            sumIm = x.fma(n1, y.fma(c1, sumIm));
            x = load(re, x2 + i);
            y = load(im, x2 + i);
            sumRe = y.fma(s2, x.fma(c2, sumRe));
            sumIm = x.fma(n2, y.fma(c2, sumIm));
            x = load(re, x3 + i);
            y = load(im, x3 + i);
            sumRe = y.fma(s3, x.fma(c3, sumRe));
            sumIm = x.fma(n3, y.fma(c3, sumIm));
            x = load(re, x4 + i);
            y = load(im, x4 + i);
            sumRe = y.fma(s4, x.fma(c4, sumRe));
            sumIm = x.fma(n4, y.fma(c4, sumIm));
            sumRe.intoArray(yRe, to + i);
            sumIm.intoArray(yIm, to + i);
        }
    }

    /** {@code n} is a number of whole vectors. */
    static void fourSums(
            int n, float[] re, float[] im, int at, float[] c, float[] s, float[] yRe, float[] yIm, int to, int apart) {
        FloatVector c1 = VectorMath.splat(c[1]);
        FloatVector s1 = VectorMath.splat(s[1]);
        FloatVector n1 = VectorMath.splat(0f - s[1]);
        FloatVector c2 = VectorMath.splat(c[2]);
        FloatVector s2 = VectorMath.splat(s[2]);
        FloatVector n2 = VectorMath.splat(0f - s[2]);
        FloatVector c3 = VectorMath.splat(c[3]);
        FloatVector s3 = VectorMath.splat(s[3]);
        FloatVector n3 = VectorMath.splat(0f - s[3]);
        for (int i = 0; i < n; i += LANES) {
            int y = to + i;
            FloatVector x = load(re, at + 2 * n + i);
            FloatVector z = load(im, at + 2 * n + i);
            FloatVector re2 = z.fma(s2, x.mul(c2));
            FloatVector im2 = x.fma(n2, z.mul(c2));
            x = load(re, at + i);
            z = load(im, at + i);
            FloatVector evenRe = x.add(re2);
            FloatVector evenIm = z.add(im2);
            FloatVector oddRe = x.sub(re2);
            FloatVector oddIm = z.sub(im2);
            x = load(re, at + n + i);
            z = load(im, at + n + i);
            FloatVector re1 = z.fma(s1, x.mul(c1));
            FloatVector im1 = x.fma(n1, z.mul(c1));
            x = load(re, at + 3 * n + i);
            z = load(im, at + 3 * n + i);
            FloatVector re3 = z.fma(s3, x.mul(c3));
            FloatVector im3 = x.fma(n3, z.mul(c3));
            FloatVector sumRe = re1.add(re3);
            FloatVector sumIm = im1.add(im3);
            FloatVector lessRe = re1.sub(re3);
            FloatVector lessIm = im1.sub(im3);
            evenRe.add(sumRe).intoArray(yRe, y);
            evenIm.add(sumIm).intoArray(yIm, y);
            oddRe.add(lessIm).intoArray(yRe, y + apart);
            oddIm.sub(lessRe).intoArray(yIm, y + apart);
            evenRe.sub(sumRe).intoArray(yRe, y + 2 * apart);
            evenIm.sub(sumIm).intoArray(yIm, y + 2 * apart);
            oddRe.sub(lessIm).intoArray(yRe, y + 3 * apart);
            oddIm.add(lessRe).intoArray(yIm, y + 3 * apart);
        }
    }

    private static FloatVector load(float[] x, int at) {
        return FloatVector.fromArray(S, x, at);
    }
}
