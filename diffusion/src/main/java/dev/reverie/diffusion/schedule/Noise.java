package dev.reverie.diffusion.schedule;

import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;

/** Where stochastic steps take their noise from: a run's {@code TorchRandom::randn}, or a recording. */
@FunctionalInterface
public interface Noise {
    /** The next tensor of normal numbers, mean 0 and variance 1. */
    Tensor next(Shape shape);
}
