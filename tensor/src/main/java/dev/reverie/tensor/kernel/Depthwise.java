package dev.reverie.tensor.kernel;

/** A convolution with a filter for each channel alone: channels side by side are independent chains over the taps. */
final class Depthwise {
    private Depthwise() {}

    /**
     * Computes all rows.
     *
     * @param taps where each tap reads, from where a row begins
     * @param w {@code [taps][channels]}
     */
    static void run(Rows rows, int[] taps, float[] w, int channels, Epilogue epilogue) {
        for (int r = 0; r < rows.count(); r++) {
            int to = rows.to[r];
            int done = Lanes.VECTOR ? VectorDepthwise.row(rows.a, rows.from[r], taps, w, channels, rows.c, to) : 0;
            scalar(rows.a, rows.from[r], taps, w, done, channels, rows.c, to);
            epilogue.apply(rows.c, to, 0, channels);
        }
    }

    /** Channels {@code first} and on: the scalar twin, and the rest of the vector twin's. */
    private static void scalar(float[] a, int ao, int[] taps, float[] w, int first, int channels, float[] c, int co) {
        for (int i = first; i < channels; i++) {
            float sum = 0f;
            for (int tap = 0; tap < taps.length; tap++) {
                sum = Math.fma(a[ao + taps[tap] + i], w[tap * channels + i], sum);
            }
            c[co + i] = sum;
        }
    }
}
