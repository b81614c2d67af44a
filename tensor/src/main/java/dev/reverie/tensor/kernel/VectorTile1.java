package dev.reverie.tensor.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Vector twin of {@link ScalarTile} for panels one vector wide, one method a number of rows.
 *
 * <p>One loop a method and no unrolling by hand: a nest, or a second step of k, makes the compiler spill accumulators.
 */
final class VectorTile1 {
    private static final VectorSpecies<Float> S = Species.FLOAT;
    private static final int L = Lanes.COUNT;

    private VectorTile1() {}

    static void run(
            int count, Rows rows, int r, int shift, int kc, float[] b, int bo, int column, float[] s, int keep) {
        switch (count) {
            case 6 -> rows6(rows, r, shift, kc, b, bo, column, s, keep);
            case 4 -> rows4(rows, r, shift, kc, b, bo, column, s, keep);
            case 2 -> rows2(rows, r, shift, kc, b, bo, column, s, keep);
            default -> rows1(rows, r, shift, kc, b, bo, column, s, keep);
        }
    }

    static void rows6(Rows rows, int r, int shift, int kc, float[] b, int bo, int column, float[] s, int keep) {
        float[] a = rows.a;
        float[] c = rows.c;
        int a0 = rows.from[r] + shift;
        int a1 = rows.from[r + 1] + shift;
        int a2 = rows.from[r + 2] + shift;
        int a3 = rows.from[r + 3] + shift;
        int a4 = rows.from[r + 4] + shift;
        int a5 = rows.from[r + 5] + shift;
        int c0 = rows.to[r] + column;
        int c1 = rows.to[r + 1] + column;
        int c2 = rows.to[r + 2] + column;
        int c3 = rows.to[r + 3] + column;
        int c4 = rows.to[r + 4] + column;
        int c5 = rows.to[r + 5] + column;
        FloatVector s00 = FloatVector.fromArray(S, s, c0 & keep);
        FloatVector s10 = FloatVector.fromArray(S, s, c1 & keep);
        FloatVector s20 = FloatVector.fromArray(S, s, c2 & keep);
        FloatVector s30 = FloatVector.fromArray(S, s, c3 & keep);
        FloatVector s40 = FloatVector.fromArray(S, s, c4 & keep);
        FloatVector s50 = FloatVector.fromArray(S, s, c5 & keep);
        for (int k = 0; k < kc; k++) {
            int p = bo + k * L;
            FloatVector b0 = FloatVector.fromArray(S, b, p);
            FloatVector x = FloatVector.broadcast(S, a[a0 + k]);
            s00 = x.fma(b0, s00);
            x = FloatVector.broadcast(S, a[a1 + k]);
            s10 = x.fma(b0, s10);
            x = FloatVector.broadcast(S, a[a2 + k]);
            s20 = x.fma(b0, s20);
            x = FloatVector.broadcast(S, a[a3 + k]);
            s30 = x.fma(b0, s30);
            x = FloatVector.broadcast(S, a[a4 + k]);
            s40 = x.fma(b0, s40);
            x = FloatVector.broadcast(S, a[a5 + k]);
            s50 = x.fma(b0, s50);
        }
        s00.intoArray(c, c0);
        s10.intoArray(c, c1);
        s20.intoArray(c, c2);
        s30.intoArray(c, c3);
        s40.intoArray(c, c4);
        s50.intoArray(c, c5);
    }

    static void rows4(Rows rows, int r, int shift, int kc, float[] b, int bo, int column, float[] s, int keep) {
        float[] a = rows.a;
        float[] c = rows.c;
        int a0 = rows.from[r] + shift;
        int a1 = rows.from[r + 1] + shift;
        int a2 = rows.from[r + 2] + shift;
        int a3 = rows.from[r + 3] + shift;
        int c0 = rows.to[r] + column;
        int c1 = rows.to[r + 1] + column;
        int c2 = rows.to[r + 2] + column;
        int c3 = rows.to[r + 3] + column;
        FloatVector s00 = FloatVector.fromArray(S, s, c0 & keep);
        FloatVector s10 = FloatVector.fromArray(S, s, c1 & keep);
        FloatVector s20 = FloatVector.fromArray(S, s, c2 & keep);
        FloatVector s30 = FloatVector.fromArray(S, s, c3 & keep);
        for (int k = 0; k < kc; k++) {
            int p = bo + k * L;
            FloatVector b0 = FloatVector.fromArray(S, b, p);
            FloatVector x = FloatVector.broadcast(S, a[a0 + k]);
            s00 = x.fma(b0, s00);
            x = FloatVector.broadcast(S, a[a1 + k]);
            s10 = x.fma(b0, s10);
            x = FloatVector.broadcast(S, a[a2 + k]);
            s20 = x.fma(b0, s20);
            x = FloatVector.broadcast(S, a[a3 + k]);
            s30 = x.fma(b0, s30);
        }
        s00.intoArray(c, c0);
        s10.intoArray(c, c1);
        s20.intoArray(c, c2);
        s30.intoArray(c, c3);
    }

    static void rows2(Rows rows, int r, int shift, int kc, float[] b, int bo, int column, float[] s, int keep) {
        float[] a = rows.a;
        float[] c = rows.c;
        int a0 = rows.from[r] + shift;
        int a1 = rows.from[r + 1] + shift;
        int c0 = rows.to[r] + column;
        int c1 = rows.to[r + 1] + column;
        FloatVector s00 = FloatVector.fromArray(S, s, c0 & keep);
        FloatVector s10 = FloatVector.fromArray(S, s, c1 & keep);
        for (int k = 0; k < kc; k++) {
            int p = bo + k * L;
            FloatVector b0 = FloatVector.fromArray(S, b, p);
            FloatVector x = FloatVector.broadcast(S, a[a0 + k]);
            s00 = x.fma(b0, s00);
            x = FloatVector.broadcast(S, a[a1 + k]);
            s10 = x.fma(b0, s10);
        }
        s00.intoArray(c, c0);
        s10.intoArray(c, c1);
    }

    static void rows1(Rows rows, int r, int shift, int kc, float[] b, int bo, int column, float[] s, int keep) {
        float[] a = rows.a;
        float[] c = rows.c;
        int a0 = rows.from[r] + shift;
        int c0 = rows.to[r] + column;
        FloatVector s00 = FloatVector.fromArray(S, s, c0 & keep);
        for (int k = 0; k < kc; k++) {
            int p = bo + k * L;
            FloatVector b0 = FloatVector.fromArray(S, b, p);
            FloatVector x = FloatVector.broadcast(S, a[a0 + k]);
            s00 = x.fma(b0, s00);
        }
        s00.intoArray(c, c0);
    }
}
