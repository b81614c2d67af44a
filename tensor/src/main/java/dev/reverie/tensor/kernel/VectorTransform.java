package dev.reverie.tensor.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** The transforms of minimal filtering over channels side by side, a multiple of 16; see {@link Transform}. */
final class VectorTransform {
    private static final VectorSpecies<Float> S = Species.FLOAT;
    private static final int L = Lanes.COUNT;

    private VectorTransform() {}

    static void pair(
            int n,
            int terms,
            float[] x,
            int xo,
            int step,
            float[] shared,
            float[] signed,
            float[] v,
            int plus,
            int minus) {
        int x0 = xo + 2 * Math.min(0, terms - 1) * step;
        int x1 = xo + 2 * Math.min(1, terms - 1) * step;
        int x2 = xo + 2 * Math.min(2, terms - 1) * step;
        int x3 = xo + 2 * Math.min(3, terms - 1) * step;
        int x4 = xo + 2 * Math.min(4, terms - 1) * step;
        FloatVector s0 = FloatVector.broadcast(S, shared[0]);
        FloatVector s1 = FloatVector.broadcast(S, shared[1]);
        FloatVector s2 = FloatVector.broadcast(S, shared[2]);
        FloatVector s3 = FloatVector.broadcast(S, shared[3]);
        FloatVector s4 = FloatVector.broadcast(S, shared[4]);
        FloatVector t0 = FloatVector.broadcast(S, signed[0]);
        FloatVector t1 = FloatVector.broadcast(S, signed[1]);
        FloatVector t2 = FloatVector.broadcast(S, signed[2]);
        FloatVector t3 = FloatVector.broadcast(S, signed[3]);
        FloatVector t4 = FloatVector.broadcast(S, signed[4]);
        for (int c = 0; c < n; c += L) {
            FloatVector u = FloatVector.zero(S);
            FloatVector w = u;
            u = FloatVector.fromArray(S, x, x0 + step + c).fma(s0, u);
            w = FloatVector.fromArray(S, x, x0 + c).fma(t0, w);
            u = FloatVector.fromArray(S, x, x1 + step + c).fma(s1, u);
            w = FloatVector.fromArray(S, x, x1 + c).fma(t1, w);
            u = FloatVector.fromArray(S, x, x2 + step + c).fma(s2, u);
            w = FloatVector.fromArray(S, x, x2 + c).fma(t2, w);
            u = FloatVector.fromArray(S, x, x3 + step + c).fma(s3, u);
            w = FloatVector.fromArray(S, x, x3 + c).fma(t3, w);
            u = FloatVector.fromArray(S, x, x4 + step + c).fma(s4, u);
            w = FloatVector.fromArray(S, x, x4 + c).fma(t4, w);
            u.add(w).intoArray(v, plus + c);
            u.sub(w).intoArray(v, minus + c);
        }
    }

    static void sum(int n, int terms, float[] x, int xo, int step, float[] factors, float[] v, int to) {
        int x0 = xo + 2 * Math.min(0, terms - 1) * step;
        int x1 = xo + 2 * Math.min(1, terms - 1) * step;
        int x2 = xo + 2 * Math.min(2, terms - 1) * step;
        int x3 = xo + 2 * Math.min(3, terms - 1) * step;
        int x4 = xo + 2 * Math.min(4, terms - 1) * step;
        int x5 = xo + 2 * Math.min(5, terms - 1) * step;
        FloatVector s0 = FloatVector.broadcast(S, factors[0]);
        FloatVector s1 = FloatVector.broadcast(S, factors[1]);
        FloatVector s2 = FloatVector.broadcast(S, factors[2]);
        FloatVector s3 = FloatVector.broadcast(S, factors[3]);
        FloatVector s4 = FloatVector.broadcast(S, factors[4]);
        FloatVector s5 = FloatVector.broadcast(S, factors[5]);
        for (int c = 0; c < n; c += L) {
            FloatVector u = FloatVector.zero(S);
            u = FloatVector.fromArray(S, x, x0 + c).fma(s0, u);
            u = FloatVector.fromArray(S, x, x1 + c).fma(s1, u);
            u = FloatVector.fromArray(S, x, x2 + c).fma(s2, u);
            u = FloatVector.fromArray(S, x, x3 + c).fma(s3, u);
            u = FloatVector.fromArray(S, x, x4 + c).fma(s4, u);
            u = FloatVector.fromArray(S, x, x5 + c).fma(s5, u);
            u.intoArray(v, to + c);
        }
    }

    static void outputs(
            int n, float[] m, int[] products, int even, int odd, float[] p, float[] q, float[] y, int yEven, int yOdd) {
        int a0 = products[0];
        int b0 = products[1];
        int a1 = products[2];
        int b1 = products[3];
        int a2 = products[4];
        int b2 = products[5];
        int a3 = products[6];
        int b3 = products[7];
        int a4 = products[8];
        int b4 = products[9];
        FloatVector p0 = FloatVector.broadcast(S, p[0]);
        FloatVector p1 = FloatVector.broadcast(S, p[1]);
        FloatVector p2 = FloatVector.broadcast(S, p[2]);
        FloatVector p3 = FloatVector.broadcast(S, p[3]);
        FloatVector p4 = FloatVector.broadcast(S, p[4]);
        FloatVector q0 = FloatVector.broadcast(S, q[0]);
        FloatVector q1 = FloatVector.broadcast(S, q[1]);
        FloatVector q2 = FloatVector.broadcast(S, q[2]);
        FloatVector q3 = FloatVector.broadcast(S, q[3]);
        FloatVector q4 = FloatVector.broadcast(S, q[4]);
        for (int c = 0; c < n; c += L) {
            FloatVector e = FloatVector.fromArray(S, m, even + c);
            FloatVector o = FloatVector.fromArray(S, m, odd + c);
            FloatVector a = FloatVector.fromArray(S, m, a0 + c);
            FloatVector b = FloatVector.fromArray(S, m, b0 + c);
            e = a.add(b).fma(p0, e);
            o = a.sub(b).fma(q0, o);
            a = FloatVector.fromArray(S, m, a1 + c);
            b = FloatVector.fromArray(S, m, b1 + c);
            e = a.add(b).fma(p1, e);
            o = a.sub(b).fma(q1, o);
            a = FloatVector.fromArray(S, m, a2 + c);
            b = FloatVector.fromArray(S, m, b2 + c);
            e = a.add(b).fma(p2, e);
            o = a.sub(b).fma(q2, o);
            a = FloatVector.fromArray(S, m, a3 + c);
            b = FloatVector.fromArray(S, m, b3 + c);
            e = a.add(b).fma(p3, e);
            o = a.sub(b).fma(q3, o);
            a = FloatVector.fromArray(S, m, a4 + c);
            b = FloatVector.fromArray(S, m, b4 + c);
            e = a.add(b).fma(p4, e);
            o = a.sub(b).fma(q4, o);
            e.intoArray(y, yEven + c);
            o.intoArray(y, yOdd + c);
        }
    }
}
