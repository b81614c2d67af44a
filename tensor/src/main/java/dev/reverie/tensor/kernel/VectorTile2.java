package dev.reverie.tensor.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Vector twin of {@link ScalarTile} for panels two vectors wide, one method a number of rows.
 *
 * <p>One loop a method and no unrolling by hand: a nest, or a second step of k, makes the compiler spill accumulators.
 */
final class VectorTile2 {
    private static final VectorSpecies<Float> S = Species.FLOAT;
    private static final int L = Lanes.COUNT;
    private static final int WIDTH = 2 * L;

    private VectorTile2() {}

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
        FloatVector s01 = FloatVector.fromArray(S, s, (c0 & keep) + L);
        FloatVector s10 = FloatVector.fromArray(S, s, c1 & keep);
        FloatVector s11 = FloatVector.fromArray(S, s, (c1 & keep) + L);
        FloatVector s20 = FloatVector.fromArray(S, s, c2 & keep);
        FloatVector s21 = FloatVector.fromArray(S, s, (c2 & keep) + L);
        FloatVector s30 = FloatVector.fromArray(S, s, c3 & keep);
        FloatVector s31 = FloatVector.fromArray(S, s, (c3 & keep) + L);
        FloatVector s40 = FloatVector.fromArray(S, s, c4 & keep);
        FloatVector s41 = FloatVector.fromArray(S, s, (c4 & keep) + L);
        FloatVector s50 = FloatVector.fromArray(S, s, c5 & keep);
        FloatVector s51 = FloatVector.fromArray(S, s, (c5 & keep) + L);
        for (int k = 0; k < kc; k++) {
            int p = bo + k * WIDTH;
            FloatVector b0 = FloatVector.fromArray(S, b, p);
            FloatVector b1 = FloatVector.fromArray(S, b, p + L);
            FloatVector x = FloatVector.broadcast(S, a[a0 + k]);
            s00 = x.fma(b0, s00);
            s01 = x.fma(b1, s01);
            x = FloatVector.broadcast(S, a[a1 + k]);
            s10 = x.fma(b0, s10);
            s11 = x.fma(b1, s11);
            x = FloatVector.broadcast(S, a[a2 + k]);
            s20 = x.fma(b0, s20);
            s21 = x.fma(b1, s21);
            x = FloatVector.broadcast(S, a[a3 + k]);
            s30 = x.fma(b0, s30);
            s31 = x.fma(b1, s31);
            x = FloatVector.broadcast(S, a[a4 + k]);
            s40 = x.fma(b0, s40);
            s41 = x.fma(b1, s41);
            x = FloatVector.broadcast(S, a[a5 + k]);
            s50 = x.fma(b0, s50);
            s51 = x.fma(b1, s51);
        }
        s00.intoArray(c, c0);
        s01.intoArray(c, c0 + L);
        s10.intoArray(c, c1);
        s11.intoArray(c, c1 + L);
        s20.intoArray(c, c2);
        s21.intoArray(c, c2 + L);
        s30.intoArray(c, c3);
        s31.intoArray(c, c3 + L);
        s40.intoArray(c, c4);
        s41.intoArray(c, c4 + L);
        s50.intoArray(c, c5);
        s51.intoArray(c, c5 + L);
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
        FloatVector s01 = FloatVector.fromArray(S, s, (c0 & keep) + L);
        FloatVector s10 = FloatVector.fromArray(S, s, c1 & keep);
        FloatVector s11 = FloatVector.fromArray(S, s, (c1 & keep) + L);
        FloatVector s20 = FloatVector.fromArray(S, s, c2 & keep);
        FloatVector s21 = FloatVector.fromArray(S, s, (c2 & keep) + L);
        FloatVector s30 = FloatVector.fromArray(S, s, c3 & keep);
        FloatVector s31 = FloatVector.fromArray(S, s, (c3 & keep) + L);
        for (int k = 0; k < kc; k++) {
            int p = bo + k * WIDTH;
            FloatVector b0 = FloatVector.fromArray(S, b, p);
            FloatVector b1 = FloatVector.fromArray(S, b, p + L);
            FloatVector x = FloatVector.broadcast(S, a[a0 + k]);
            s00 = x.fma(b0, s00);
            s01 = x.fma(b1, s01);
            x = FloatVector.broadcast(S, a[a1 + k]);
            s10 = x.fma(b0, s10);
            s11 = x.fma(b1, s11);
            x = FloatVector.broadcast(S, a[a2 + k]);
            s20 = x.fma(b0, s20);
            s21 = x.fma(b1, s21);
            x = FloatVector.broadcast(S, a[a3 + k]);
            s30 = x.fma(b0, s30);
            s31 = x.fma(b1, s31);
        }
        s00.intoArray(c, c0);
        s01.intoArray(c, c0 + L);
        s10.intoArray(c, c1);
        s11.intoArray(c, c1 + L);
        s20.intoArray(c, c2);
        s21.intoArray(c, c2 + L);
        s30.intoArray(c, c3);
        s31.intoArray(c, c3 + L);
    }

    static void rows2(Rows rows, int r, int shift, int kc, float[] b, int bo, int column, float[] s, int keep) {
        float[] a = rows.a;
        float[] c = rows.c;
        int a0 = rows.from[r] + shift;
        int a1 = rows.from[r + 1] + shift;
        int c0 = rows.to[r] + column;
        int c1 = rows.to[r + 1] + column;
        FloatVector s00 = FloatVector.fromArray(S, s, c0 & keep);
        FloatVector s01 = FloatVector.fromArray(S, s, (c0 & keep) + L);
        FloatVector s10 = FloatVector.fromArray(S, s, c1 & keep);
        FloatVector s11 = FloatVector.fromArray(S, s, (c1 & keep) + L);
        for (int k = 0; k < kc; k++) {
            int p = bo + k * WIDTH;
            FloatVector b0 = FloatVector.fromArray(S, b, p);
            FloatVector b1 = FloatVector.fromArray(S, b, p + L);
            FloatVector x = FloatVector.broadcast(S, a[a0 + k]);
            s00 = x.fma(b0, s00);
            s01 = x.fma(b1, s01);
            x = FloatVector.broadcast(S, a[a1 + k]);
            s10 = x.fma(b0, s10);
            s11 = x.fma(b1, s11);
        }
        s00.intoArray(c, c0);
        s01.intoArray(c, c0 + L);
        s10.intoArray(c, c1);
        s11.intoArray(c, c1 + L);
    }

    static void rows1(Rows rows, int r, int shift, int kc, float[] b, int bo, int column, float[] s, int keep) {
        float[] a = rows.a;
        float[] c = rows.c;
        int a0 = rows.from[r] + shift;
        int c0 = rows.to[r] + column;
        FloatVector s00 = FloatVector.fromArray(S, s, c0 & keep);
        FloatVector s01 = FloatVector.fromArray(S, s, (c0 & keep) + L);
        for (int k = 0; k < kc; k++) {
            int p = bo + k * WIDTH;
            FloatVector b0 = FloatVector.fromArray(S, b, p);
            FloatVector b1 = FloatVector.fromArray(S, b, p + L);
            FloatVector x = FloatVector.broadcast(S, a[a0 + k]);
            s00 = x.fma(b0, s00);
            s01 = x.fma(b1, s01);
        }
        s00.intoArray(c, c0);
        s01.intoArray(c, c0 + L);
    }
}
