package dev.reverie.diffusion.schedule;

import java.util.Arrays;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.LUDecomposition;

/**
 * Weights of one step of UniPC: Zhao et al. 2023, equations 5 to 9.
 *
 * @param phi exp(z) - 1, z being h or -h
 * @param b B(h), by variant z or exp(z) - 1
 * @param ratios where earlier outputs lie, in lengths of the step: negative; at the end 1, the step's own end
 * @param moments right side of the linear system
 */
record UniPcWeights(double phi, double b, double[] ratios, double[] moments) {

    static UniPcWeights of(Level[] levels, int index, int order, boolean ofNoise, boolean bh1) {
        double h = levels[index + 1].lambda() - levels[index].lambda();
        double z = ofNoise ? h : -h;
        double phi = (float) StrictMath.expm1(z); // of float32, as the levels are
        double[] ratios = new double[order];
        for (int k = 0; k < order - 1; k++) {
            ratios[k] = (levels[index - 1 - k].lambda() - levels[index].lambda()) / h;
        }
        ratios[order - 1] = 1;
        double b = bh1 ? z : phi;
        return new UniPcWeights(phi, b, ratios, moments(z, phi, b, order));
    }

    private static double[] moments(double z, double phi, double b, int order) {
        double[] moments = new double[order];
        double factorial = 1;
        double next = phi / z - 1;
        for (int i = 0; i < order; i++) {
            moments[i] = next * factorial / b;
            factorial *= i + 2;
            next = next / z - 1 / factorial;
        }
        return moments;
    }

    /** One weight for each earlier output. */
    double[] predictor() {
        int earlier = ratios.length - 1;
        return earlier == 1 ? new double[] {0.5} : solve(earlier);
    }

    /** One weight for each earlier output, and the last for the output at the step's end. */
    double[] corrector() {
        return ratios.length == 1 ? new double[] {0.5} : solve(ratios.length);
    }

    /** Solves for {@code n} weights: row i holds the ratios to the power i. */
    private double[] solve(int n) {
        if (n == 0) {
            return new double[0];
        }
        double[][] rows = new double[n][n];
        Arrays.fill(rows[0], 1);
        for (int i = 1; i < n; i++) {
            for (int k = 0; k < n; k++) {
                rows[i][k] = rows[i - 1][k] * ratios[k];
            }
        }
        return new LUDecomposition(new Array2DRowRealMatrix(rows, false), 0)
                .getSolver()
                .solve(new ArrayRealVector(Arrays.copyOf(moments, n), false))
                .toArray();
    }
}
