package dev.reverie.tensor.kernel;

import java.math.BigDecimal;
import java.util.Arrays;

/**
 * Minimal filtering F(m, r) of Toom and Cook: m outputs of a filter with r taps by n = m + r - 1 products instead of
 * m r, {@code y = Aᵀ((G g) * (Bᵀ d))}.
 *
 * <p>Filter and inputs are seen as polynomials, evaluated at n points, multiplied and interpolated. The points are
 * pairs +-p, zero where n is even, and infinity; so each pair of rows is the sum and the difference of an even and an
 * odd part, which halves the work. Everything is derived from the points in exact decimals.
 *
 * <p>Source: S. Winograd, Arithmetic Complexity of Computations (1980); points: those with the least error that a
 * random search found, see the tables of the project's kernel notes.
 */
final class MinimalFiltering {
    /** Most pairs of points; the kernels have that many terms, with zeros for those that a scheme does not have. */
    static final int PAIRS = 5;

    static final MinimalFiltering F4_3 = new MinimalFiltering(4, 3, "0.75", "1.5");
    static final MinimalFiltering F6_3 = new MinimalFiltering(6, 3, "0.5", "1", "2");
    static final MinimalFiltering F4_5 = new MinimalFiltering(4, 5, "0.5", "1", "2");
    static final MinimalFiltering F4_7 = new MinimalFiltering(4, 7, "0.4", "0.8", "1.2", "1.8");
    static final MinimalFiltering F6_6 = new MinimalFiltering(6, 6, "0.25", "0.5", "0.875", "1.375", "2.375");

    /** Outputs of a tile, even. */
    final int outputs;
    /** Taps. */
    final int taps;
    /** Inputs of a tile, and products: n. Product 2 i belongs to the point p(i), 2 i + 1 to -p(i), the last to infinity. */
    final int products;
    /** Number of pairs of points. */
    private final int pairs;
    /** 1 where zero is a point (its product is the last but one), else 0. */
    private final int zeroPoints;

    /**
     * Bᵀ of a pair, {@code [pairs][2][PAIRS]}: coefficients of the part that both rows share, for inputs zeroPoints + 1,
     * + 3 .., then of the part with two signs, for inputs zeroPoints, + 2 ..
     */
    private final float[][][] inputPairs;
    /** Bᵀ of zero, for inputs 0, 2 .. */
    private final float[] inputZero;
    /** Bᵀ of infinity, for inputs zeroPoints, zeroPoints + 2 .. */
    private final float[] inputInfinity;
    /** Aᵀ of the pairs, {@code [outputs][PAIRS]}: p^i. */
    private final float[][] outputPairs;

    private final BigDecimal[] points;

    private MinimalFiltering(int outputs, int taps, String... positivePoints) {
        this.outputs = outputs;
        this.taps = taps;
        products = outputs + taps - 1;
        pairs = positivePoints.length;
        zeroPoints = products - 1 - 2 * pairs;
        points = new BigDecimal[products - 1];
        Arrays.fill(points, BigDecimal.ZERO);
        for (int i = 0; i < pairs; i++) {
            points[2 * i] = new BigDecimal(positivePoints[i]);
            points[2 * i + 1] = points[2 * i].negate();
        }
        inputPairs = new float[pairs][2][];
        for (int i = 0; i < pairs; i++) {
            double scale = 1 / inputScale(2 * i);
            inputPairs[i][0] = everySecond(input(2 * i), zeroPoints + 1, scale, PAIRS);
            inputPairs[i][1] = everySecond(input(2 * i), zeroPoints, scale, PAIRS);
        }
        int zero = 2 * pairs;
        inputZero = zeroPoints == 0 ? new float[0] : everySecond(input(zero), 0, 1 / inputScale(zero), PAIRS + 1);
        int infinity = products - 1;
        inputInfinity = everySecond(input(infinity), zeroPoints, 1 / inputScale(infinity), PAIRS + 1);
        outputPairs = new float[outputs][PAIRS];
        for (int i = 0; i < outputs; i++) {
            for (int pair = 0; pair < pairs; pair++) {
                outputPairs[i][pair] = output(i, 2 * pair).floatValue();
            }
        }
    }

    /**
     * Bᵀ d over {@code floats} channels side by side.
     *
     * @param step distance of two inputs of the tile, which begins at {@code x[xo]}
     * @param distance distance of two results, which begin at {@code v[vo]}
     */
    void transformInputs(int floats, float[] x, int xo, int step, float[] v, int vo, int distance) {
        int base = xo + zeroPoints * step;
        int to = vo;
        for (int i = 0; i < pairs; i++, to += 2 * distance) {
            float[][] factors = inputPairs[i];
            Transform.pair(floats, pairs, x, base, step, factors[0], factors[1], v, to, to + distance);
        }
        if (zeroPoints > 0) {
            Transform.sum(floats, pairs + 1, x, xo, step, inputZero, v, to);
            to += distance;
        }
        Transform.sum(floats, pairs + 1, x, base, step, inputInfinity, v, to);
    }

    /**
     * Aᵀ m over {@code floats} channels side by side.
     *
     * @param distance distance of two products, which begin at {@code m[mo]}
     * @param zeros where as many zeros lie in {@code m}
     * @param step distance of two outputs, which begin at {@code y[yo]}
     * @param paired room for two indices a pair, {@link #PAIRS}
     */
    void transformOutputs(
            int floats, float[] m, int mo, int distance, int zeros, float[] y, int yo, int step, int[] paired) {
        for (int j = 0; j < 2 * PAIRS; j++) {
            paired[j] = j < 2 * pairs ? mo + j * distance : zeros;
        }
        int infinity = mo + (products - 1) * distance;
        for (int i = 0; i < outputs; i += 2) {
            int even = i == 0 && zeroPoints > 0 ? mo + 2 * pairs * distance : zeros;
            int odd = i + 2 == outputs ? infinity : zeros;
            float[] p = outputPairs[i];
            float[] q = outputPairs[i + 1];
            Transform.outputs(floats, m, paired, even, odd, p, q, y, yo + i * step, yo + (i + 1) * step);
        }
    }

    private static float[] everySecond(BigDecimal[] row, int first, double scale, int length) {
        float[] values = new float[length];
        for (int i = 0; i < length && first + 2 * i < row.length; i++) {
            values[i] = (float) (row[first + 2 * i].doubleValue() * scale);
        }
        return values;
    }

    /** Row {@code j} of Bᵀ, unscaled: coefficients, lowest first, of the product of x - p over all other points. */
    BigDecimal[] input(int j) {
        BigDecimal[] row = new BigDecimal[products];
        Arrays.fill(row, BigDecimal.ZERO);
        row[0] = BigDecimal.ONE;
        for (int k = 0; k < products - 1; k++) {
            if (k != j) {
                for (int power = products - 1; power >= 0; power--) {
                    BigDecimal lower = power == 0 ? BigDecimal.ZERO : row[power - 1];
                    row[power] = lower.subtract(row[power].multiply(points[k]));
                }
            }
        }
        return row;
    }

    /** The power of two that row {@code j} of Bᵀ is divided by, and G's multiplied, so that entries are near 1. */
    private double inputScale(int j) {
        double largest = 0;
        for (BigDecimal value : input(j)) {
            largest = Math.max(largest, value.abs().doubleValue());
        }
        return Math.scalb(1.0, Math.getExponent(largest));
    }

    /** Aᵀ: {@code p(j)^i}; infinity counts in the last output alone. */
    BigDecimal output(int i, int j) {
        if (j == products - 1) {
            return i == outputs - 1 ? BigDecimal.ONE : BigDecimal.ZERO;
        }
        return points[j].pow(i);
    }

    /** G, unscaled, times {@link #divisor}: {@code p(j)^tap}; infinity sees the last tap alone. */
    BigDecimal filter(int j, int tap) {
        if (j == products - 1) {
            return tap == taps - 1 ? BigDecimal.ONE : BigDecimal.ZERO;
        }
        return points[j].pow(tap);
    }

    /** What row {@code j} of G is divided by: the product of the distances to the other points. */
    BigDecimal divisor(int j) {
        BigDecimal product = BigDecimal.ONE;
        for (int k = 0; k < products - 1 && j < products - 1; k++) {
            if (k != j) {
                product = product.multiply(points[j].subtract(points[k]));
            }
        }
        return product;
    }

    /** G as it is applied, {@code [products][taps]}. */
    double[][] filterMatrix() {
        double[][] matrix = new double[products][taps];
        for (int j = 0; j < products; j++) {
            double scale = inputScale(j) / divisor(j).doubleValue();
            for (int tap = 0; tap < taps; tap++) {
                matrix[j][tap] = filter(j, tap).doubleValue() * scale;
            }
        }
        return matrix;
    }

    /** Elements of a panel that are transformed together: sums and the stretches of the taps stay in cache. */
    private static final int STRETCH = 1024;

    /**
     * Filters transformed, one panel at a time: {@code to[j]} becomes the sum of {@code factors[j][tap]} times the tap-th
     * part of {@code x}.
     *
     * @param size elements of a part
     * @param from where part 0 lies
     * @param to one factor a row of {@code factors}, in whose panel of {@code column} the result begins at {@code at}
     */
    static void transformFilters(
            double[][] factors, int taps, int size, float[] x, int from, Panels[] to, int column, int at) {
        double[] sums = new double[STRETCH];
        for (int first = 0; first < size; first += STRETCH) {
            int count = Math.min(STRETCH, size - first);
            for (int j = 0; j < factors.length; j++) {
                Arrays.fill(sums, 0);
                for (int tap = 0; tap < taps; tap++) {
                    addScaled(count, factors[j][tap], x, from + tap * size + first, sums);
                }
                round(count, sums, to[j].values, to[j].at(column) + at + first);
            }
        }
    }

    private static void addScaled(int n, double factor, float[] x, int from, double[] sums) {
        for (int i = 0; i < n; i++) {
            sums[i] += factor * x[from + i];
        }
    }

    private static void round(int n, double[] sums, float[] to, int at) {
        for (int i = 0; i < n; i++) {
            to[at + i] = (float) sums[i];
        }
    }
}
