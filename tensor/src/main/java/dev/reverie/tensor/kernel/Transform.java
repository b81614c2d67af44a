package dev.reverie.tensor.kernel;

/**
 * The loops of minimal filtering's transforms, each over {@code n} channels side by side. Where they do not fill the
 * last vector, it overlaps the one before it: no loop writes what it reads, so the same is computed again.
 */
final class Transform {
    private Transform() {}

    /**
     * The rows of Bᵀ of a pair of points: u from the inputs 1, 3 .., w from 0, 2 ..; u + w and u - w.
     *
     * @param terms how many inputs each part has
     * @param step distance of two inputs of the tile
     */
    static void pair(
            int n,
            int terms,
            float[] x,
            int xo,
            int step,
            float[] shared,
            float[] signed,
            float[] v,
            int plus,
            int minus) {
        if (Lanes.VECTOR && n >= Lanes.COUNT) {
            int whole = n / Lanes.COUNT * Lanes.COUNT;
            VectorTransform.pair(0, whole, terms, x, xo, step, shared, signed, v, plus, minus);
            if (whole < n) {
                VectorTransform.pair(n - Lanes.COUNT, n, terms, x, xo, step, shared, signed, v, plus, minus);
            }
        } else {
            ScalarTransform.pair(n, terms, x, xo, step, shared, signed, v, plus, minus);
        }
    }

    /** The row of Bᵀ of zero or infinity, from the inputs 0, 2 .. */
    static void sum(int n, int terms, float[] x, int xo, int step, float[] factors, float[] v, int to) {
        if (Lanes.VECTOR && n >= Lanes.COUNT) {
            int whole = n / Lanes.COUNT * Lanes.COUNT;
            VectorTransform.sum(0, whole, terms, x, xo, step, factors, v, to);
            if (whole < n) {
                VectorTransform.sum(n - Lanes.COUNT, n, terms, x, xo, step, factors, v, to);
            }
        } else {
            ScalarTransform.sum(n, terms, x, xo, step, factors, v, to);
        }
    }

    /**
     * Two neighbouring rows of Aᵀ: even powers count the sum of a pair's products, odd ones the difference.
     *
     * @param products where each pair's two products lie in {@code m}
     * @param even where the product lies that the even row starts from, zero's or zeros
     * @param odd the same for the odd row, infinity's or zeros
     * @param p powers of the points for the even row, {@code q} for the odd
     */
    static void outputs(
            int n, float[] m, int[] products, int even, int odd, float[] p, float[] q, float[] y, int yEven, int yOdd) {
        if (Lanes.VECTOR && n >= Lanes.COUNT) {
            int whole = n / Lanes.COUNT * Lanes.COUNT;
            VectorTransform.outputs(0, whole, m, products, even, odd, p, q, y, yEven, yOdd);
            if (whole < n) {
                VectorTransform.outputs(n - Lanes.COUNT, n, m, products, even, odd, p, q, y, yEven, yOdd);
            }
        } else {
            ScalarTransform.outputs(n, m, products, even, odd, p, q, y, yEven, yOdd);
        }
    }

    /**
     * One row of G g Gᵀ of F(4x4, 3x3), v < 6: {@code y[v] = sum over j of g[v][j] (sum over i of row[i] x[3 i + j])}.
     *
     * @param n floats of a tap, and of a result; a multiple of 16
     * @param step distance of two taps, which begin at {@code x[xo]}
     * @param y results side by side from {@code yo} on
     */
    static void filters(int n, float[] x, int xo, int step, float[] row, float[][] g, float[] y, int yo) {
        if (Lanes.VECTOR) {
            VectorTransform.filters(n, x, xo, step, row, g, y, yo);
        } else {
            ScalarTransform.filters(n, x, xo, step, row, g, y, yo);
        }
    }
}
