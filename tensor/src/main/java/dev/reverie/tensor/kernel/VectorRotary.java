package dev.reverie.tensor.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/** As many whole vectors as {@code n} elements hold; each method returns the number of elements done. */
final class VectorRotary {
    private static final VectorSpecies<Float> S = Species.FLOAT;
    private static final int LANES = S.length();
    private static final VectorShuffle<Float> SWAPPED = VectorShuffle.fromOp(S, lane -> lane ^ 1);

    private VectorRotary() {}

    static int neighbours(int n, float[] c, float[] s, int table, float[] x, int xo, float[] y, int yo) {
        int whole = S.loopBound(n);
        for (int i = 0; i < whole; i += LANES) {
            FloatVector v = load(x, xo + i);
            v.rearrange(SWAPPED)
                    .fma(load(s, table + i), v.mul(load(c, table + i)))
                    .intoArray(y, yo + i);
        }
        return whole;
    }

    static int towards(int n, float[] c, float[] s, int table, float[] x, int xo, int partner, float[] y, int yo) {
        int whole = S.loopBound(n);
        for (int i = 0; i < whole; i += LANES) {
            FloatVector turned = load(x, xo + i).mul(load(c, table + i));
            load(x, partner + i).fma(load(s, table + i), turned).intoArray(y, yo + i);
        }
        return whole;
    }

    private static FloatVector load(float[] x, int at) {
        return FloatVector.fromArray(S, x, at);
    }
}
