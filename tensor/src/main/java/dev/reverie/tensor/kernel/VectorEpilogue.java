package dev.reverie.tensor.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** The whole vectors of {@link Epilogue}. */
final class VectorEpilogue {
    private static final VectorSpecies<Float> S = Species.FLOAT;
    private static final int L = Lanes.COUNT;

    private VectorEpilogue() {}

    /** c + x over the whole vectors of {@code n} elements; returns how many that are. */
    static int add(int n, float[] x, int xo, float[] c, int co) {
        int whole = n / L * L;
        for (int i = 0; i < whole; i += L) {
            FloatVector.fromArray(S, c, co + i)
                    .add(FloatVector.fromArray(S, x, xo + i))
                    .intoArray(c, co + i);
        }
        return whole;
    }

    /** (c + x) + y, likewise. */
    static int add(int n, float[] x, int xo, float[] y, int yo, float[] c, int co) {
        int whole = n / L * L;
        for (int i = 0; i < whole; i += L) {
            FloatVector.fromArray(S, c, co + i)
                    .add(FloatVector.fromArray(S, x, xo + i))
                    .add(FloatVector.fromArray(S, y, yo + i))
                    .intoArray(c, co + i);
        }
        return whole;
    }
}
