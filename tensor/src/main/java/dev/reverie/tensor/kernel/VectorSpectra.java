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

    static int cosines(int n, float[] phase, float[] cosine) {
        int whole = S.loopBound(n);
        for (int i = 0; i < whole; i += LANES) {
            VectorMath.cos(load(phase, i)).intoArray(cosine, i);
        }
        return whole;
    }

    static int fromPolar(int n, float[] re, float[] im, float[] cosine) {
        int whole = S.loopBound(n);
        for (int i = 0; i < whole; i += LANES) {
            FloatVector magnitude = load(re, i);
            magnitude.mul(load(cosine, i)).intoArray(re, i);
            magnitude.mul(VectorMath.sin(load(im, i))).intoArray(im, i);
        }
        return whole;
    }

    static int frames(int n, int size, float[] re, float[] im, float[] cos, float[] sin, float[] window, float[] y) {
        int half = size / 2;
        int whole = S.loopBound(n);
        for (int j = 0; j <= half; j++) {
            int row = j * (half + 1);
            for (int i = 0; i < whole; i += LANES) {
                FloatVector even = FloatVector.zero(S);
                for (int k = 0; k <= half; k++) {
                    even = load(re, k * n + i).fma(VectorMath.splat(cos[row + k]), even);
                }
                FloatVector odd = FloatVector.zero(S);
                for (int k = 1; k < half; k++) {
                    odd = load(im, k * n + i).fma(VectorMath.splat(sin[row + k]), odd);
                }
                even.sub(odd).mul(window[j]).intoArray(y, j * n + i);
                if (j % half != 0) {
                    even.add(odd).mul(window[size - j]).intoArray(y, (size - j) * n + i);
                }
            }
        }
        return whole;
    }

    private static FloatVector load(float[] x, int at) {
        return FloatVector.fromArray(S, x, at);
    }
}
