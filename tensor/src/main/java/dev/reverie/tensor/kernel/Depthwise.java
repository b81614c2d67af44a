package dev.reverie.tensor.kernel;

import java.util.Arrays;

/**
 * A convolution with a filter for each channel alone: channels side by side are independent chains over the taps.
 *
 * <p>Plain loops over channels, of which the compiler makes vectors, so there is one twin.
 */
final class Depthwise {
    private Depthwise() {}

    /** @param w {@code [taps][channels]} */
    static void run(Rows rows, int[] taps, float[] w, int channels, Epilogue epilogue) {
        for (int r = 0; r < rows.count(); r++) {
            int to = rows.to[r];
            Arrays.fill(rows.c, to, to + channels, 0f);
            for (int tap = 0; tap < taps.length; tap++) {
                multiply(channels, rows.a, rows.from[r] + taps[tap], w, tap * channels, rows.c, to);
            }
            epilogue.apply(rows.c, to, 0, channels);
        }
    }

    private static void multiply(int n, float[] a, int ao, float[] w, int wo, float[] c, int co) {
        for (int i = 0; i < n; i++) {
            c[co + i] = Math.fma(a[ao + i], w[wo + i], c[co + i]);
        }
    }
}
