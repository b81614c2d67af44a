package dev.reverie.diffusion.schedule;

import dev.reverie.tensor.Tensor;

/** One method of sampling with its coefficients: what a {@link Schedule} asks, after its checks. */
interface Solver {
    /** What the model is shown of a sample. */
    default Tensor scaleModelInput(Tensor sample, int index) {
        return sample;
    }

    Step step(int index, Tensor sample, Tensor modelOutput, History history, Noise noise);

    /** The original with as much noise as the sample of step {@code index} has. */
    Tensor addNoise(Tensor original, Tensor noise, int index);
}
