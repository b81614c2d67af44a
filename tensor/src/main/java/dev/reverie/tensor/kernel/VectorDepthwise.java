package dev.reverie.tensor.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** Vector twin of {@link Depthwise}: four vectors of channels at a time, so that their chains hide the latency. */
final class VectorDepthwise {
    private static final VectorSpecies<Float> S = Species.FLOAT;
    private static final int L = Lanes.COUNT;

    private VectorDepthwise() {}

    /** One row; returns how many channels are done, all whole vectors. */
    static int row(float[] a, int ao, int[] taps, float[] w, int channels, float[] c, int co) {
        int i = 0;
        for (; i <= channels - 4 * L; i += 4 * L) {
            four(a, ao + i, taps, w, i, channels, c, co + i);
        }
        for (; i <= channels - L; i += L) {
            one(a, ao + i, taps, w, i, channels, c, co + i);
        }
        return i;
    }

    private static void four(float[] a, int ao, int[] taps, float[] w, int wo, int channels, float[] c, int co) {
        FloatVector s0 = FloatVector.zero(S);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        for (int tap = 0; tap < taps.length; tap++) {
            int from = ao + taps[tap];
            int at = wo + tap * channels;
            s0 = FloatVector.fromArray(S, a, from).fma(FloatVector.fromArray(S, w, at), s0);
            s1 = FloatVector.fromArray(S, a, from + L).fma(FloatVector.fromArray(S, w, at + L), s1);
            s2 = FloatVector.fromArray(S, a, from + 2 * L).fma(FloatVector.fromArray(S, w, at + 2 * L), s2);
            s3 = FloatVector.fromArray(S, a, from + 3 * L).fma(FloatVector.fromArray(S, w, at + 3 * L), s3);
        }
        s0.intoArray(c, co);
        s1.intoArray(c, co + L);
        s2.intoArray(c, co + 2 * L);
        s3.intoArray(c, co + 3 * L);
    }

    private static void one(float[] a, int ao, int[] taps, float[] w, int wo, int channels, float[] c, int co) {
        FloatVector s = FloatVector.zero(S);
        for (int tap = 0; tap < taps.length; tap++) {
            FloatVector x = FloatVector.fromArray(S, a, ao + taps[tap]);
            s = x.fma(FloatVector.fromArray(S, w, wo + tap * channels), s);
        }
        s.intoArray(c, co);
    }
}
