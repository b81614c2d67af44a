package dev.reverie.tensor.kernel;

import java.util.Arrays;

/** Scalar twin of the register tile: each element is one chain of fused multiply-adds, k ascending. */
final class ScalarTile {
    private ScalarTile() {}

    static void run(int count, Rows rows, int r, int shift, int kc, float[] b, int bo, int column, boolean first) {
        float[] a = rows.a;
        float[] c = rows.c;
        for (int i = r; i < r + count; i++) {
            int at = rows.from[i] + shift;
            int to = rows.to[i] + column;
            if (first) {
                Arrays.fill(c, to, to + Tile.UNIT, 0f);
            }
            for (int k = 0; k < kc; k++) {
                for (int j = 0; j < Tile.UNIT; j++) {
                    c[to + j] = Math.fma(a[at + k], b[bo + k * Tile.UNIT + j], c[to + j]);
                }
            }
        }
    }
}
