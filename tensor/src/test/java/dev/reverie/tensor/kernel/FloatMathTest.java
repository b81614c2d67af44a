package dev.reverie.tensor.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

/** Elementary functions against {@link StrictMath} in double: dense samples, tiny arguments and special values. */
class FloatMathTest {
    private static final float INFINITY = Float.POSITIVE_INFINITY;

    @FunctionalInterface
    private interface Function {
        float of(float x);
    }

    @Test
    void exponentials() {
        assertUlps(FloatMath::exp, StrictMath::exp, -104f, 88.72f, 1.1);
        assertUlps(FloatMath::expm1, StrictMath::expm1, -40f, 88f, 1.6);
        assertUlps(FloatMath::weight, StrictMath::exp, -1f, 0f, 2.5);
        assertUlps(FloatMath::weight, StrictMath::exp, -87f, 80f, 22);
        assertUlps(FloatMath::sigmoid, x -> 1 / (1 + StrictMath.exp(-x)), -87f, 100f, 2.5);
        assertUlps(FloatMath::tanh, StrictMath::tanh, -30f, 30f, 2.6);
        assertUlps(
                FloatMath::softplus,
                x -> Math.max(x, 0) + StrictMath.log1p(StrictMath.exp(-Math.abs(x))),
                -87f,
                1e6f,
                2.5);
    }

    @Test
    void logarithm() {
        assertUlps(FloatMath::log, StrictMath::log, Float.MIN_VALUE, Float.MAX_VALUE, 1);
        assertUlps(FloatMath::log, StrictMath::log, 0.1f, 10f, 1);
    }

    @Test
    void circularFunctions() {
        assertWithin(FloatMath::sin, StrictMath::sin, -10f, 10f, 1.1e-7);
        assertWithin(FloatMath::sin, StrictMath::sin, -1e5f, 1e5f, 1.1e-7);
        assertWithin(FloatMath::sin, StrictMath::sin, -3e5f, 1e30f, 1.1e-7);
        assertUlps(FloatMath::sin, StrictMath::sin, -1.5f, 1.5f, 1.7);
        assertWithin(FloatMath::cos, StrictMath::cos, -10f, 10f, 1.3e-7);
        assertWithin(FloatMath::cos, StrictMath::cos, -3e5f, 1e30f, 1.3e-7);
        assertWithin(FloatMath::sinSquared, x -> StrictMath.sin(x) * StrictMath.sin(x), -1e5f, 1e5f, 2.2e-7);
    }

    @Test
    void angles() {
        for (int i = 0; i < 100_000; i++) {
            double angle = Math.PI * (i / 50_000.0 - 1);
            float x = (float) (7 * StrictMath.cos(angle));
            float y = (float) (7 * StrictMath.sin(angle));
            assertEquals(StrictMath.atan2(y, x), FloatMath.atan2(y, x), 3e-7);
        }
        assertEquals((float) Math.PI, FloatMath.atan2(0f, -2f));
        assertEquals((float) -Math.PI, FloatMath.atan2(-0f, -2f));
        assertEquals(0f, FloatMath.atan2(0f, 0f));
        assertEquals(-0f, FloatMath.atan2(-0f, 3f));
        assertEquals((float) -Math.PI / 2, FloatMath.atan2(-1f, 0f));
        assertTrue(Float.isNaN(FloatMath.atan2(1f, Float.NaN)) && Float.isNaN(FloatMath.atan2(Float.NaN, 1f)));
    }

    @Test
    void gelu() {
        samples(-20f, 20f, x -> {
            float y = FloatMath.gelu((float) x);
            assertEquals(x * normal(x), y, 1.1e-7 * Math.abs(x), () -> "at " + x);
            assertTrue(Math.signum(y) == Math.signum(x) || x < -9, () -> "at " + x);
        });
        assertUlps(FloatMath::gelu, x -> x * normal(x), -0.5f, 20f, 4);
        assertUlps(FloatMath::gelu, x -> x * normal(x), -3f, 20f, 60);
        assertEquals(0f, FloatMath.gelu(-10f));
    }

    @Test
    void specialValues() {
        assertSpecial(FloatMath::exp, 1f, 0f, INFINITY);
        assertSpecial(FloatMath::sigmoid, 0.5f, 0f, 1f);
        assertSpecial(FloatMath::softplus, FloatMath.log(2f), 0f, INFINITY);
        assertSpecial(FloatMath::tanh, 0f, -1f, 1f);
        assertSpecial(FloatMath::gelu, 0f, 0f, INFINITY);
        assertSpecial(FloatMath::sin, 0f, Float.NaN, Float.NaN);
        assertSpecial(FloatMath::cos, 1f, Float.NaN, Float.NaN);
        assertSpecial(FloatMath::log, -INFINITY, Float.NaN, INFINITY);
        assertEquals(-1f, FloatMath.expm1(-INFINITY));
        assertEquals(INFINITY, FloatMath.exp(1e30f));
        assertEquals(0f, FloatMath.exp(-1e30f));
        assertSpecial(FloatMath::weight, 1f, 0f, FloatMath.weight(INFINITY));
        assertEquals(0f, FloatMath.weight(-88f));
        assertTrue(Float.isNaN(FloatMath.log(-1e-40f)));
        assertEquals(-0f, FloatMath.sin(-0f));
        assertEquals(-0f, FloatMath.tanh(-0f));
        assertEquals(-0f, FloatMath.gelu(-0f));
        assertEquals(Float.MIN_VALUE, FloatMath.gelu(2 * Float.MIN_VALUE));
        assertEquals(0f, FloatMath.gelu(-Float.MAX_VALUE));
        assertEquals(0f, FloatMath.sigmoid(-1e30f));
        assertEquals(1f, FloatMath.sigmoid(1e30f));
        assertEquals(Float.MIN_VALUE, FloatMath.sin(Float.MIN_VALUE));
    }

    private static void assertSpecial(Function f, float atZero, float atMinusInfinity, float atInfinity) {
        assertEquals(atZero, f.of(0f));
        assertEquals(atMinusInfinity, f.of(-INFINITY));
        assertEquals(atInfinity, f.of(INFINITY));
        assertTrue(Float.isNaN(f.of(Float.NaN)));
    }

    private static void assertUlps(Function f, DoubleUnaryOperator exact, float from, float to, double ulps) {
        samples(from, to, x -> {
            double y = exact.applyAsDouble(x);
            double bound = ulps * Math.ulp((float) y);
            assertEquals(y, f.of((float) x), bound, () -> "at " + x);
        });
    }

    private static void assertWithin(Function f, DoubleUnaryOperator exact, float from, float to, double bound) {
        samples(from, to, x -> assertEquals(exact.applyAsDouble(x), f.of((float) x), bound, () -> "at " + x));
    }

    /** 100,000 numbers in even steps, and as many in even ratios from 1e-30 on, with both signs. */
    private static void samples(float from, float to, java.util.function.DoubleConsumer check) {
        int n = 100_000;
        for (int i = 0; i <= n; i++) {
            check.accept((float) (from + ((double) to - from) * i / n));
            float x = (float) StrictMath.pow(10, -30 + (30 + StrictMath.log10(to)) * i / n);
            if (x <= to) {
                check.accept(x);
            }
            if (-x >= from) {
                check.accept(-x);
            }
        }
    }

    /** Φ(x); the error function by its power series, and by its continued fraction from 3 on (DLMF 7.6.1, 7.9.1). */
    private static double normal(double x) {
        double a = Math.abs(x) / Math.sqrt(2);
        double tail = a < 3 ? 0.5 - erfBySeries(a) / 2 : erfcByFraction(a) / 2;
        return x < 0 ? tail : 1 - tail;
    }

    private static double erfBySeries(double a) {
        double sum = a;
        double term = a;
        for (int n = 1; Math.abs(term) > 1e-18 * sum; n++) {
            term *= -a * a / n;
            sum += term / (2 * n + 1);
        }
        return 2 / Math.sqrt(Math.PI) * sum;
    }

    private static double erfcByFraction(double a) {
        double fraction = 0;
        for (int k = 60; k >= 1; k--) {
            fraction = k / 2.0 / (a + fraction);
        }
        return StrictMath.exp(-a * a) / Math.sqrt(Math.PI) / (a + fraction);
    }
}
