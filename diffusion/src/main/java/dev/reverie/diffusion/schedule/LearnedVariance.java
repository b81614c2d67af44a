package dev.reverie.diffusion.schedule;

import dev.reverie.tensor.Shape;
import dev.reverie.tensor.ShapeException;
import dev.reverie.tensor.Tensor;

/** Outputs {@code [.., 2 C]} of models that learned a variance beside the mean: C channels of one, then of the other. */
final class LearnedVariance {
    private LearnedVariance() {}

    /** The mean {@code [.., C]}; an output that already has the sample's shape is one. */
    static Tensor mean(Tensor output, Tensor sample) {
        return output.elementCount() == sample.elementCount() ? output : half(output, sample.shape(), 0);
    }

    /** The variance {@code [.., C]}, as the model writes it. */
    static Tensor of(Tensor output, Tensor sample) {
        if (output.elementCount() == sample.elementCount()) {
            throw new ShapeException("the scheduler's variance is learned, but the model said %s for a sample %s"
                    .formatted(output.shape(), sample.shape()));
        }
        return half(output, sample.shape(), 1);
    }

    private static Tensor half(Tensor output, Shape shape, int which) {
        int channels = shape.dim(-1);
        float[] part = new float[shape.elementCount()];
        for (int i = 0; i < part.length; i++) {
            part[i] = output.get(i / channels * 2 * channels + which * channels + i % channels);
        }
        return Tensor.of(shape, part);
    }
}
