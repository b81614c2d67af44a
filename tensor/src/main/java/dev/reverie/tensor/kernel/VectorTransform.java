package dev.reverie.tensor.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** The transforms of minimal filtering over the channels {@code from .. n}, whole vectors of them; see {@link Transform}. */
final class VectorTransform {
    private static final VectorSpecies<Float> S = Species.FLOAT;
    private static final int L = Lanes.COUNT;

    private VectorTransform() {}

    static void pair(
            int from,
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
        for (int c = from; c < n; c += L) {
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

    static void sum(int from, int n, int terms, float[] x, int xo, int step, float[] factors, float[] v, int to) {
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
        for (int c = from; c < n; c += L) {
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
            int from,
            int n,
            float[] m,
            int[] products,
            int even,
            int odd,
            float[] p,
            float[] q,
            float[] y,
            int yEven,
            int yOdd) {
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
        for (int c = from; c < n; c += L) {
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

    static void filters(int n, float[] x, int xo, int step, float[] row, float[][] g, float[] y, int yo) {
        FloatVector r0 = FloatVector.broadcast(S, row[0]);
        FloatVector r1 = FloatVector.broadcast(S, row[1]);
        FloatVector r2 = FloatVector.broadcast(S, row[2]);
        FloatVector g00 = FloatVector.broadcast(S, g[0][0]);
        FloatVector g01 = FloatVector.broadcast(S, g[0][1]);
        FloatVector g02 = FloatVector.broadcast(S, g[0][2]);
        FloatVector g10 = FloatVector.broadcast(S, g[1][0]);
        FloatVector g11 = FloatVector.broadcast(S, g[1][1]);
        FloatVector g12 = FloatVector.broadcast(S, g[1][2]);
        FloatVector g20 = FloatVector.broadcast(S, g[2][0]);
        FloatVector g21 = FloatVector.broadcast(S, g[2][1]);
        FloatVector g22 = FloatVector.broadcast(S, g[2][2]);
        FloatVector g30 = FloatVector.broadcast(S, g[3][0]);
        FloatVector g31 = FloatVector.broadcast(S, g[3][1]);
        FloatVector g32 = FloatVector.broadcast(S, g[3][2]);
        FloatVector g40 = FloatVector.broadcast(S, g[4][0]);
        FloatVector g41 = FloatVector.broadcast(S, g[4][1]);
        FloatVector g42 = FloatVector.broadcast(S, g[4][2]);
        FloatVector g50 = FloatVector.broadcast(S, g[5][0]);
        FloatVector g51 = FloatVector.broadcast(S, g[5][1]);
        FloatVector g52 = FloatVector.broadcast(S, g[5][2]);
        int x1 = xo + step;
        int x2 = xo + 2 * step;
        for (int c = 0; c < n; c += L) {
            FloatVector t = FloatVector.fromArray(S, x, xo + c).mul(r0);
            t = FloatVector.fromArray(S, x, xo + 3 * step + c).fma(r1, t);
            t = FloatVector.fromArray(S, x, xo + 6 * step + c).fma(r2, t);
            FloatVector y0 = t.mul(g00);
            FloatVector y1 = t.mul(g10);
            FloatVector y2 = t.mul(g20);
            FloatVector y3 = t.mul(g30);
            FloatVector y4 = t.mul(g40);
            FloatVector y5 = t.mul(g50);
            t = FloatVector.fromArray(S, x, x1 + c).mul(r0);
            t = FloatVector.fromArray(S, x, x1 + 3 * step + c).fma(r1, t);
            t = FloatVector.fromArray(S, x, x1 + 6 * step + c).fma(r2, t);
            y0 = t.fma(g01, y0);
            y1 = t.fma(g11, y1);
            y2 = t.fma(g21, y2);
            y3 = t.fma(g31, y3);
            y4 = t.fma(g41, y4);
            y5 = t.fma(g51, y5);
            t = FloatVector.fromArray(S, x, x2 + c).mul(r0);
            t = FloatVector.fromArray(S, x, x2 + 3 * step + c).fma(r1, t);
            t = FloatVector.fromArray(S, x, x2 + 6 * step + c).fma(r2, t);
            y0 = t.fma(g02, y0);
            y1 = t.fma(g12, y1);
            y2 = t.fma(g22, y2);
            y3 = t.fma(g32, y3);
            y4 = t.fma(g42, y4);
            y5 = t.fma(g52, y5);
            y0.intoArray(y, yo + c);
            y1.intoArray(y, yo + n + c);
            y2.intoArray(y, yo + 2 * n + c);
            y3.intoArray(y, yo + 3 * n + c);
            y4.intoArray(y, yo + 4 * n + c);
            y5.intoArray(y, yo + 5 * n + c);
        }
    }
}
