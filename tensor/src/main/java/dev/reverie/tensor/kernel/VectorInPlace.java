package dev.reverie.tensor.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/** Vector twin of {@link InPlace}. */
final class VectorInPlace {
    private static final VectorSpecies<Float> S = Species.FLOAT;
    private static final int L = Lanes.COUNT;
    private static final int EIGHT = 8;
    /** Columns that one pass over the values adds: four chains, as many as a fused multiply-add takes cycles. */
    private static final int PASS = 4 * L;

    private VectorInPlace() {}

    /** Sixteen partial sums of each of up to sixteen keys. */
    static void dots(int d, float[] q, int qo, int keys, float[] k, int ko, int stride, float[] partial) {
        for (int first = 0; first < keys; first += EIGHT) {
            int last = Math.min(EIGHT, keys - first) - 1;
            for (int lane = 0; lane < 16; lane += L) {
                dots(d, lane, q, qo, last, k, ko + first * stride, stride, partial, first * 16 + lane);
            }
        }
        int whole = S.loopBound(d);
        if (whole < d) {
            VectorMask<Float> rest = S.indexInRange(whole, d);
            FloatVector x = FloatVector.fromArray(S, q, qo + whole, rest);
            for (int j = 0; j < keys; j++) {
                int at = j * 16 + (whole & 15);
                FloatVector y = FloatVector.fromArray(S, k, ko + j * stride + whole, rest);
                x.fma(y, FloatVector.fromArray(S, partial, at)).intoArray(partial, at);
            }
        }
    }

    /** Of eight keys, the last one again where there are fewer. */
    private static void dots(
            int d, int lane, float[] q, int qo, int last, float[] k, int k0, int stride, float[] partial, int to) {
        int k1 = k0 + Math.min(1, last) * stride;
        int k2 = k0 + Math.min(2, last) * stride;
        int k3 = k0 + Math.min(3, last) * stride;
        int k4 = k0 + Math.min(4, last) * stride;
        int k5 = k0 + Math.min(5, last) * stride;
        int k6 = k0 + Math.min(6, last) * stride;
        int k7 = k0 + Math.min(7, last) * stride;
        FloatVector s0 = FloatVector.zero(S);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        FloatVector s4 = s0;
        FloatVector s5 = s0;
        FloatVector s6 = s0;
        FloatVector s7 = s0;
        for (int c = lane; c <= d - L; c += 16) {
            FloatVector x = FloatVector.fromArray(S, q, qo + c);
            s0 = x.fma(FloatVector.fromArray(S, k, k0 + c), s0);
            s1 = x.fma(FloatVector.fromArray(S, k, k1 + c), s1);
            s2 = x.fma(FloatVector.fromArray(S, k, k2 + c), s2);
            s3 = x.fma(FloatVector.fromArray(S, k, k3 + c), s3);
            s4 = x.fma(FloatVector.fromArray(S, k, k4 + c), s4);
            s5 = x.fma(FloatVector.fromArray(S, k, k5 + c), s5);
            s6 = x.fma(FloatVector.fromArray(S, k, k6 + c), s6);
            s7 = x.fma(FloatVector.fromArray(S, k, k7 + c), s7);
        }
        s0.intoArray(partial, to);
        s1.intoArray(partial, to + 16);
        s2.intoArray(partial, to + 32);
        s3.intoArray(partial, to + 48);
        s4.intoArray(partial, to + 64);
        s5.intoArray(partial, to + 80);
        s6.intoArray(partial, to + 96);
        s7.intoArray(partial, to + 112);
    }

    /**
     * {@link InPlace#COLUMNS} columns, read in whole vectors beyond the last one too, as far as the array goes.
     *
     * @return the number of values added
     */
    static int addValues(int count, float[] w, int wo, float[] v, int vo, int stride, float[] sums, int so) {
        int room = v.length - vo - InPlace.COLUMNS;
        int done = room < 0 ? 0 : Math.min(count, room / Math.max(1, stride) + 1);
        for (int column = 0; column < InPlace.COLUMNS; column += PASS) {
            pass(done, w, wo, v, vo + column, stride, sums, so + column);
        }
        return done;
    }

    private static void pass(int count, float[] w, int wo, float[] v, int vo, int stride, float[] sums, int so) {
        FloatVector s0 = FloatVector.fromArray(S, sums, so);
        FloatVector s1 = FloatVector.fromArray(S, sums, so + L);
        FloatVector s2 = FloatVector.fromArray(S, sums, so + 2 * L);
        FloatVector s3 = FloatVector.fromArray(S, sums, so + 3 * L);
        for (int j = 0; j < count; j++) {
            int at = vo + j * stride;
            FloatVector x = FloatVector.broadcast(S, w[wo + j]);
            s0 = x.fma(FloatVector.fromArray(S, v, at), s0);
            s1 = x.fma(FloatVector.fromArray(S, v, at + L), s1);
            s2 = x.fma(FloatVector.fromArray(S, v, at + 2 * L), s2);
            s3 = x.fma(FloatVector.fromArray(S, v, at + 3 * L), s3);
        }
        s0.intoArray(sums, so);
        s1.intoArray(sums, so + L);
        s2.intoArray(sums, so + 2 * L);
        s3.intoArray(sums, so + 3 * L);
    }
}
