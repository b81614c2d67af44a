package dev.reverie.tensor.kernel;

import static jdk.incubator.vector.VectorOperators.GT;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** As many whole vectors as {@code n} elements hold; each method returns the number of elements done. */
final class VectorElementwise {
    private static final VectorSpecies<Float> S = Species.FLOAT;
    private static final int LANES = S.length();

    private VectorElementwise() {}

    static int add(int n, float[] x, int xo, float[] y, int yo, float[] z, int zo) {
        int whole = S.loopBound(n);
        for (int i = 0; i < whole; i += LANES) {
            load(x, xo + i).add(load(y, yo + i)).intoArray(z, zo + i);
        }
        return whole;
    }

    static int multiply(int n, float[] x, int xo, float[] y, int yo, float[] z, int zo) {
        int whole = S.loopBound(n);
        for (int i = 0; i < whole; i += LANES) {
            load(x, xo + i).mul(load(y, yo + i)).intoArray(z, zo + i);
        }
        return whole;
    }

    static int scale(int n, float factor, float[] x, int xo, float[] y, int yo) {
        int whole = S.loopBound(n);
        for (int i = 0; i < whole; i += LANES) {
            load(x, xo + i).mul(factor).intoArray(y, yo + i);
        }
        return whole;
    }

    static int addScaled(int n, float factor, float[] x, int xo, float[] y, int yo) {
        int whole = S.loopBound(n);
        FloatVector f = VectorMath.splat(factor);
        for (int i = 0; i < whole; i += LANES) {
            load(x, xo + i).fma(f, load(y, yo + i)).intoArray(y, yo + i);
        }
        return whole;
    }

    static int leakyRelu(int n, float slope, float[] x, int xo, float[] y, int yo) {
        int whole = S.loopBound(n);
        for (int i = 0; i < whole; i += LANES) {
            leakyRelu(load(x, xo + i), slope).intoArray(y, yo + i);
        }
        return whole;
    }

    static FloatVector leakyRelu(FloatVector x, float slope) {
        return x.mul(slope).blend(x, x.compare(GT, 0f));
    }

    private static FloatVector load(float[] x, int at) {
        return FloatVector.fromArray(S, x, at);
    }
}
