package dev.reverie.tensor.kernel;

/** The fixed order in which sixteen partial sums become one, the same at every lane width. */
final class Reduction {
    private Reduction() {}

    /** 8 + 8, 4 + 4, 2 + 2, 1 + 1 of the sixteen from {@code at} on, which are used up. */
    static float tree16(float[] partial, int at) {
        for (int half = 8; half > 0; half >>= 1) {
            for (int i = at; i < at + half; i++) {
                partial[i] += partial[i + half];
            }
        }
        return partial[at];
    }
}
