package dev.reverie.tensor.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** Copies of a few dozen floats: a call of {@link System#arraycopy} takes as long as such a copy. */
final class VectorCopy {
    private static final VectorSpecies<Float> S = Species.FLOAT;
    private static final VectorSpecies<Float> FOUR = FloatVector.SPECIES_128;
    private static final int L = Lanes.COUNT;

    private VectorCopy() {}

    /** Copies {@code n} floats and what is behind them, whole vectors, for which both arrays must have room. */
    static void atLeast(int n, float[] x, int xo, float[] y, int yo) {
        for (int i = 0; i < n; i += L) {
            FloatVector.fromArray(S, x, xo + i).intoArray(y, yo + i);
        }
    }

    /** Copies {@code n} floats, whole vectors and then fours; returns the number of elements done. */
    static int copy(int n, float[] x, int xo, float[] y, int yo) {
        int i = 0;
        for (; i < S.loopBound(n); i += L) {
            FloatVector.fromArray(S, x, xo + i).intoArray(y, yo + i);
        }
        for (; i < (n & ~3); i += 4) {
            FloatVector.fromArray(FOUR, x, xo + i).intoArray(y, yo + i);
        }
        return i;
    }
}
