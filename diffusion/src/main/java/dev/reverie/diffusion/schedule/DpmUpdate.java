package dev.reverie.diffusion.schedule;

import dev.reverie.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One step of DPM-Solver: Lu et al. 2022 (DPM-Solver, for the noise), Lu et al. 2022 (DPM-Solver++, for the clean
 * sample), with or without new noise; diffusers, schedulers/scheduling_dpmsolver_multistep.py.
 *
 * <p>The solution from {@code s} to {@code t} is {@code ratio x + c0 D0 + c1 D1 + c2 D2 + noise}, where D0, D1, D2 are
 * the model's output at {@code s} and its derivatives by lambda, times powers of h = lambda(t) - lambda(s).
 */
record DpmUpdate(String algorithm, Level s, Level t) {

    private double h() {
        return t.lambda() - s.lambda();
    }

    /** Whether outputs are noise; those of the ++ variants are clean samples. */
    static boolean ofNoise(String algorithm) {
        return !algorithm.endsWith("++");
    }

    private boolean isStochastic() {
        return algorithm.startsWith("sde");
    }

    /** How much of the sample stays. */
    private double ratio() {
        if (ofNoise(algorithm)) {
            return t.alpha() / s.alpha();
        }
        return t.sigma() / s.sigma() * (isStochastic() ? StrictMath.exp(-h()) : 1);
    }

    /** The exponent under the integral. */
    private double z() {
        if (ofNoise(algorithm)) {
            return h();
        }
        return isStochastic() ? -2 * h() : -h();
    }

    private double scale() {
        if (ofNoise(algorithm)) {
            return isStochastic() ? -2 * t.sigma() : -t.sigma();
        }
        return -t.alpha();
    }

    double c0() {
        return scale() * ((float) StrictMath.exp(z()) - 1); // the reference takes no expm1 here
    }

    double c1() {
        double z = z();
        return z == 0 ? 0 : scale() * (StrictMath.expm1(z) / z - 1);
    }

    double c2() {
        double z = z();
        if (z == 0) {
            return 0;
        }
        double integral = (StrictMath.expm1(z) - z) / (z * z);
        // of sde-dpmsolver++ the reference has the half with the other sign
        return scale() * (algorithm.equals("sde-dpmsolver++") ? integral + 0.5 : integral - 0.5);
    }

    private double noiseDeviation() {
        double variance = ofNoise(algorithm) ? StrictMath.expm1(2 * h()) : -StrictMath.expm1(-2 * h());
        return t.sigma() * Math.sqrt(variance);
    }

    /** Order 1, or more with {@code terms} beside D0. */
    Tensor apply(Tensor sample, Tensor d0, Noise noise, Term... terms) {
        List<Tensor> tensors = new ArrayList<>(List.of(sample, d0));
        double[] weights = new double[3 + terms.length];
        weights[0] = ratio();
        weights[1] = c0();
        for (Term term : terms) {
            weights[tensors.size()] = term.weight();
            tensors.add(term.difference());
        }
        if (isStochastic()) {
            weights[tensors.size()] = noiseDeviation();
            tensors.add(noise.next(sample.shape()));
        }
        return Blend.of(Arrays.copyOf(weights, tensors.size()), tensors);
    }

    /** A derivative of the output, and its weight. */
    record Term(double weight, Tensor difference) {}
}
