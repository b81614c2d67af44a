package dev.reverie.nn.attention;

import dev.reverie.tensor.Rotary;
import dev.reverie.tensor.Rotary.Pairing;

/**
 * Angles of rotary position embeddings (Su et al., arXiv 2104.09864): pair i of {@code dim / 2} turns by
 * {@code position theta^(-2 i / dim)}, computed in double.
 */
public final class Rope {
    private Rope() {}

    /** Tokens in a row, at positions 0 .. length - 1. */
    public static Rotary sequence(Pairing pairing, double theta, int dim, int length) {
        double[][] positions = new double[length][1];
        for (int token = 0; token < length; token++) {
            positions[token][0] = token;
        }
        return axes(pairing, theta, new int[] {dim}, positions);
    }

    /**
     * Tokens in a grid: each axis turns its own part of a head, one after the other.
     *
     * @param dims numbers that each axis turns, all even, such as 16, 56 and 56
     * @param positions {@code [L][axes]}
     */
    public static Rotary axes(Pairing pairing, double theta, int[] dims, double[][] positions) {
        double[][] frequencies = new double[dims.length][];
        int pairs = 0;
        for (int axis = 0; axis < dims.length; axis++) {
            frequencies[axis] = frequencies(theta, dims[axis]);
            pairs += dims[axis] / 2;
        }
        double[][] angles = new double[positions.length][pairs];
        for (int token = 0; token < positions.length; token++) {
            int pair = 0;
            for (int axis = 0; axis < dims.length; axis++) {
                for (double frequency : frequencies[axis]) {
                    angles[token][pair++] = positions[token][axis] * frequency;
                }
            }
        }
        return Rotary.of(pairing, angles);
    }

    private static double[] frequencies(double theta, int dim) {
        if (dim < 0 || dim % 2 != 0) {
            throw new IllegalArgumentException("rotary dim %d must be even".formatted(dim));
        }
        double[] frequencies = new double[dim / 2];
        for (int i = 0; i < frequencies.length; i++) {
            frequencies[i] = StrictMath.pow(theta, -2.0 * i / dim);
        }
        return frequencies;
    }
}
