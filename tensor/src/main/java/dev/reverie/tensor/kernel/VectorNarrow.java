package dev.reverie.tensor.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** Vector twin of {@link Narrow}'s sums: four rows times two outputs. */
final class VectorNarrow {
    private static final VectorSpecies<Float> S = Species.FLOAT;
    private static final int L = Lanes.COUNT;

    private VectorNarrow() {}

    /** Narrow vectors pass several times over the sixteens, a part of the partial sums each. */
    static void sums(int n, float[] a, int[] from, int shift, float[] w, int w0, int w1, float[] partial) {
        for (int lane = 0; lane < 16; lane += L) {
            sums(n, a, from, shift + lane, w, w0 + lane, w1 + lane, partial, lane);
        }
    }

    private static void sums(
            int n, float[] a, int[] from, int shift, float[] w, int w0, int w1, float[] partial, int lane) {
        int a0 = from[0] + shift;
        int a1 = from[1] + shift;
        int a2 = from[2] + shift;
        int a3 = from[3] + shift;
        FloatVector s00 = FloatVector.fromArray(S, partial, lane);
        FloatVector s01 = FloatVector.fromArray(S, partial, lane + 16);
        FloatVector s10 = FloatVector.fromArray(S, partial, lane + 32);
        FloatVector s11 = FloatVector.fromArray(S, partial, lane + 48);
        FloatVector s20 = FloatVector.fromArray(S, partial, lane + 64);
        FloatVector s21 = FloatVector.fromArray(S, partial, lane + 80);
        FloatVector s30 = FloatVector.fromArray(S, partial, lane + 96);
        FloatVector s31 = FloatVector.fromArray(S, partial, lane + 112);
        for (int i = 0; i < n; i += 16) {
            FloatVector u = FloatVector.fromArray(S, w, w0 + i);
            FloatVector v = FloatVector.fromArray(S, w, w1 + i);
            FloatVector x = FloatVector.fromArray(S, a, a0 + i);
            s00 = x.fma(u, s00);
            s01 = x.fma(v, s01);
            x = FloatVector.fromArray(S, a, a1 + i);
            s10 = x.fma(u, s10);
            s11 = x.fma(v, s11);
            x = FloatVector.fromArray(S, a, a2 + i);
            s20 = x.fma(u, s20);
            s21 = x.fma(v, s21);
            x = FloatVector.fromArray(S, a, a3 + i);
            s30 = x.fma(u, s30);
            s31 = x.fma(v, s31);
        }
        s00.intoArray(partial, lane);
        s01.intoArray(partial, lane + 16);
        s10.intoArray(partial, lane + 32);
        s11.intoArray(partial, lane + 48);
        s20.intoArray(partial, lane + 64);
        s21.intoArray(partial, lane + 80);
        s30.intoArray(partial, lane + 96);
        s31.intoArray(partial, lane + 112);
    }
}
