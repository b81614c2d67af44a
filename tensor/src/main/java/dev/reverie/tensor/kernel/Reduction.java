package dev.reverie.tensor.kernel;

/** The fixed order in which sixteen partial sums become one, the same at every lane width. */
final class Reduction {
    private Reduction() {}

    /** 8 + 8, 4 + 4, 2 + 2, 1 + 1 of the sixteen from {@code at} on. No loop: neighbouring trees then overlap. */
    static float tree16(float[] p, int at) {
        float a = (p[at] + p[at + 8]) + (p[at + 4] + p[at + 12]);
        float b = (p[at + 1] + p[at + 9]) + (p[at + 5] + p[at + 13]);
        float c = (p[at + 2] + p[at + 10]) + (p[at + 6] + p[at + 14]);
        float d = (p[at + 3] + p[at + 11]) + (p[at + 7] + p[at + 15]);
        return (a + c) + (b + d);
    }
}
