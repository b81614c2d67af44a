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

    /** The largest of the sixteen from {@code at} on, none of which is NaN. A comparison would be a branch, and guessed. */
    static float max16(float[] p, int at) {
        float a = Math.max(Math.max(p[at], p[at + 8]), Math.max(p[at + 4], p[at + 12]));
        float b = Math.max(Math.max(p[at + 1], p[at + 9]), Math.max(p[at + 5], p[at + 13]));
        float c = Math.max(Math.max(p[at + 2], p[at + 10]), Math.max(p[at + 6], p[at + 14]));
        float d = Math.max(Math.max(p[at + 3], p[at + 11]), Math.max(p[at + 7], p[at + 15]));
        return Math.max(Math.max(a, c), Math.max(b, d));
    }
}
