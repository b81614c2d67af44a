package dev.reverie.tts.kokoro;

/**
 * The sine of a float, computed in double and rounded once. A sine that is one bit off would flip the phases of the
 * vocoder's first frame more often.
 */
final class NearestSine {
    private static final double INVERSE_PI = 1 / Math.PI;
    /** pi in two parts: with |x| below 1e7 the reduced argument is exact to 1e-14. */
    private static final double PI_HIGH = Math.PI;

    private static final double PI_LOW = 1.2246467991473532e-16;

    /** Taylor's coefficients up to the 19th power: at pi / 2 the next term is 2e-16. */
    private static final double[] ODD = {
        1,
        -1 / 6.0,
        1 / 120.0,
        -1 / 5040.0,
        1 / 362_880.0,
        -1 / 39_916_800.0,
        1 / 6_227_020_800.0,
        -1 / 1_307_674_368_000.0,
        1 / 355_687_428_096_000.0,
        -1 / 121_645_100_408_832_000.0
    };

    private NearestSine() {}

    static float of(float x) {
        double turns = Math.rint(x * INVERSE_PI);
        double rest = Math.fma(-turns, PI_LOW, Math.fma(-turns, PI_HIGH, x));
        double square = rest * rest;
        double sum = ODD[ODD.length - 1];
        for (int i = ODD.length - 2; i >= 0; i--) {
            sum = Math.fma(sum, square, ODD[i]);
        }
        double sine = sum * rest;
        return (float) (((long) turns & 1) == 0 ? sine : -sine);
    }
}
