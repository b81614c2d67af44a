package dev.reverie.tensor.kernel;

import dev.reverie.tensor.Activation;
import java.util.function.IntConsumer;

/**
 * Operations on each element, cut into blocks of a fixed size; a result may lie where an operand lies.
 *
 * <p>The vector twin does whole vectors and says how far it came; the scalar twin does the rest, or all.
 */
public final class Elementwise {
    /** Three operands of this many floats stay in the L2 cache. */
    private static final int BLOCK = 16384;

    private static final int TILE = 32;

    private Elementwise() {}

    @FunctionalInterface
    private interface Range {
        void apply(int from, int length);
    }

    private static void blocks(int n, Range range) {
        Pool.run(
                (n + BLOCK - 1) / BLOCK,
                (block, scratch) -> range.apply(block * BLOCK, Math.min(BLOCK, n - block * BLOCK)));
    }

    /** z = x + y. */
    public static void add(int n, float[] x, int xo, float[] y, int yo, float[] z, int zo) {
        blocks(n, (from, length) -> addBlock(length, x, xo + from, y, yo + from, z, zo + from));
    }

    static void addBlock(int n, float[] x, int xo, float[] y, int yo, float[] z, int zo) {
        int done = Lanes.VECTOR ? VectorElementwise.add(n, x, xo, y, yo, z, zo) : 0;
        ScalarElementwise.add(done, n, x, xo, y, yo, z, zo);
    }

    /** z = x y. */
    public static void multiply(int n, float[] x, int xo, float[] y, int yo, float[] z, int zo) {
        blocks(n, (from, length) -> multiplyBlock(length, x, xo + from, y, yo + from, z, zo + from));
    }

    static void multiplyBlock(int n, float[] x, int xo, float[] y, int yo, float[] z, int zo) {
        int done = Lanes.VECTOR ? VectorElementwise.multiply(n, x, xo, y, yo, z, zo) : 0;
        ScalarElementwise.multiply(done, n, x, xo, y, yo, z, zo);
    }

    /** Adds {@code y [width]} to each row of {@code x [rows, width]}. */
    public static void addToRows(int rows, int width, float[] x, int xo, float[] y, int yo) {
        eachRow(rows, width, from -> addBlock(width, x, xo + from, y, yo, x, xo + from));
    }

    /** Multiplies each row of {@code x [rows, width]} by {@code y [width]}. */
    public static void multiplyRows(int rows, int width, float[] x, int xo, float[] y, int yo) {
        eachRow(rows, width, from -> multiplyBlock(width, x, xo + from, y, yo, x, xo + from));
    }

    private static void eachRow(int rows, int width, IntConsumer row) {
        int perPiece = Math.max(1, BLOCK / Math.max(1, width));
        Pool.run((rows + perPiece - 1) / perPiece, (piece, scratch) -> {
            int end = Math.min(rows, (piece + 1) * perPiece);
            for (int i = piece * perPiece; i < end; i++) {
                row.accept(i * width);
            }
        });
    }

    /** y = factor x. */
    public static void scale(int n, float factor, float[] x, int xo, float[] y, int yo) {
        blocks(n, (from, length) -> scaleBlock(length, factor, x, xo + from, y, yo + from));
    }

    static void scaleBlock(int n, float factor, float[] x, int xo, float[] y, int yo) {
        int done = Lanes.VECTOR ? VectorElementwise.scale(n, factor, x, xo, y, yo) : 0;
        ScalarElementwise.scale(done, n, factor, x, xo, y, yo);
    }

    /** y = factor x + offset, rounded twice; a loop that compilers make vectors of by themselves. */
    public static void affine(int n, float factor, float offset, float[] x, int xo, float[] y, int yo) {
        blocks(n, (from, length) -> {
            for (int i = from; i < from + length; i++) {
                y[yo + i] = factor * x[xo + i] + offset;
            }
        });
    }

    /** y = factor (x0 + x1 + ..), added from left to right; at least two operands. */
    public static void scaledSum(int n, float factor, float[][] x, int[] xo, float[] y, int yo) {
        blocks(n, (from, length) -> {
            addBlock(length, x[0], xo[0] + from, x[1], xo[1] + from, y, yo + from);
            for (int i = 2; i < x.length; i++) {
                addBlock(length, y, yo + from, x[i], xo[i] + from, y, yo + from);
            }
            scaleBlock(length, factor, y, yo + from, y, yo + from);
        });
    }

    /** y = y + factor x, in this thread. */
    static void addScaledBlock(int n, float factor, float[] x, int xo, float[] y, int yo) {
        int done = Lanes.VECTOR ? VectorElementwise.addScaled(n, factor, x, xo, y, yo) : 0;
        ScalarElementwise.addScaled(done, n, factor, x, xo, y, yo);
    }

    /** y = x where x is positive, slope x elsewhere. */
    public static void leakyRelu(int n, float slope, float[] x, int xo, float[] y, int yo) {
        blocks(n, (from, length) -> {
            int done = Lanes.VECTOR ? VectorElementwise.leakyRelu(length, slope, x, xo + from, y, yo + from) : 0;
            ScalarElementwise.leakyRelu(done, length, slope, x, xo + from, y, yo + from);
        });
    }

    /** y = function(x). */
    public static void activate(Activation function, int n, float[] x, int xo, float[] y, int yo) {
        blocks(n, (from, length) -> activateBlock(function, length, x, xo + from, y, yo + from));
    }

    static void activateBlock(Activation function, int n, float[] x, int xo, float[] y, int yo) {
        int done = Lanes.VECTOR ? VectorActivations.apply(function, n, x, xo, y, yo) : 0;
        ScalarActivations.apply(function, done, n, x, xo, y, yo);
    }

    /** {@code y [rows, half]}: first half of each row of {@code x [rows, 2 half]} times the function of the second. */
    public static void gated(Activation function, int rows, int half, float[] x, int xo, float[] y, int yo) {
        int perPiece = Math.max(1, BLOCK / Math.max(1, half));
        Pool.run((rows + perPiece - 1) / perPiece, (piece, scratch) -> {
            int end = Math.min(rows, (piece + 1) * perPiece);
            for (int row = piece * perPiece; row < end; row++) {
                int from = xo + row * 2 * half;
                int to = yo + row * half;
                activateBlock(function, half, x, from + half, y, to);
                multiplyBlock(half, x, from, y, to, y, to);
            }
        });
    }

    /** {@code y [b, a]} from {@code x [a, b]}, in square tiles that stay in the L1 cache. */
    public static void transpose(int a, int b, float[] x, int xo, float[] y, int yo) {
        Pool.run((b + TILE - 1) / TILE, (tile, scratch) -> {
            for (int row = 0; row < a; row += TILE) {
                transposeTile(a, b, row, tile * TILE, x, xo, y, yo);
            }
        });
    }

    private static void transposeTile(int a, int b, int row, int column, float[] x, int xo, float[] y, int yo) {
        int rows = Math.min(a, row + TILE);
        int columns = Math.min(b, column + TILE);
        for (int j = column; j < columns; j++) {
            for (int i = row; i < rows; i++) {
                y[yo + j * a + i] = x[xo + i * b + j];
            }
        }
    }
}
