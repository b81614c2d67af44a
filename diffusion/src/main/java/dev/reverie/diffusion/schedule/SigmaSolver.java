package dev.reverie.diffusion.schedule;

import dev.reverie.tensor.Tensor;

/** A method whose samples are x0 + sigma noise, where each call has one sigma. */
interface SigmaSolver extends Solver {
    /** Noise level of each call, and of the end. */
    double[] sigmas();

    @Override
    default Tensor scaleModelInput(Tensor sample, int index) {
        return SigmaSpace.modelInput(sample, sigmas()[index]);
    }

    @Override
    default Tensor addNoise(Tensor original, Tensor noise, int index) {
        return SigmaSpace.addNoise(original, noise, sigmas()[index]);
    }
}
