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

    /** The same for six rows, which a vector of x is loaded once for. */
    static int addToSix(int n, float[] x, int xo, float[] c, int[] to, int r, int column) {
        int c0 = to[r] + column;
        int c1 = to[r + 1] + column;
        int c2 = to[r + 2] + column;
        int c3 = to[r + 3] + column;
        int c4 = to[r + 4] + column;
        int c5 = to[r + 5] + column;
        int whole = n / L * L;
        for (int i = 0; i < whole; i += L) {
            FloatVector v = FloatVector.fromArray(S, x, xo + i);
            FloatVector.fromArray(S, c, c0 + i).add(v).intoArray(c, c0 + i);
            FloatVector.fromArray(S, c, c1 + i).add(v).intoArray(c, c1 + i);
            FloatVector.fromArray(S, c, c2 + i).add(v).intoArray(c, c2 + i);
            FloatVector.fromArray(S, c, c3 + i).add(v).intoArray(c, c3 + i);
            FloatVector.fromArray(S, c, c4 + i).add(v).intoArray(c, c4 + i);
            FloatVector.fromArray(S, c, c5 + i).add(v).intoArray(c, c5 + i);
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
