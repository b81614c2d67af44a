package dev.reverie.tensor.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** The vectors of {@link LineFilter}. */
final class VectorLines {
    private static final VectorSpecies<Float> S = Species.FLOAT;
    private static final VectorSpecies<Float> FOUR = FloatVector.SPECIES_128;

    private VectorLines() {}

    /** A vector of each of six lines, {@code shift} numbers from where each begins: so many chains hide the latency. */
    static void six(float[] a, int[] from, int[] taps, int shift, float[] w, int wo, int pitch, float[] c, int[] to) {
        int a0 = from[0] + shift;
        int a1 = from[1] + shift;
        int a2 = from[2] + shift;
        int a3 = from[3] + shift;
        int a4 = from[4] + shift;
        int a5 = from[5] + shift;
        FloatVector s0 = FloatVector.zero(S);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        FloatVector s4 = s0;
        FloatVector s5 = s0;
        for (int tap = 0; tap < taps.length; tap++) {
            int at = taps[tap];
            FloatVector v = FloatVector.fromArray(S, w, wo + tap * pitch);
            s0 = FloatVector.fromArray(S, a, a0 + at).fma(v, s0);
            s1 = FloatVector.fromArray(S, a, a1 + at).fma(v, s1);
            s2 = FloatVector.fromArray(S, a, a2 + at).fma(v, s2);
            s3 = FloatVector.fromArray(S, a, a3 + at).fma(v, s3);
            s4 = FloatVector.fromArray(S, a, a4 + at).fma(v, s4);
            s5 = FloatVector.fromArray(S, a, a5 + at).fma(v, s5);
        }
        s0.intoArray(c, to[0] + shift);
        s1.intoArray(c, to[1] + shift);
        s2.intoArray(c, to[2] + shift);
        s3.intoArray(c, to[3] + shift);
        s4.intoArray(c, to[4] + shift);
        s5.intoArray(c, to[5] + shift);
    }

    /** Writes {@code count} numbers, {@code step} apart, {@code times} each, at most 4; up to 3 floats behind become what they like. */
    static void spread(int count, float[] a, int ao, int step, float[] to, int at, int times) {
        for (int i = 0; i < count; i++) {
            FloatVector.broadcast(FOUR, a[ao + i * step]).intoArray(to, at + i * times);
        }
    }
}
