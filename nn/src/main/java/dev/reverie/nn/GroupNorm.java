package dev.reverie.nn;

import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Norms;
import dev.reverie.tensor.Norms.After;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.io.WeightScope;

/**
 * Normalises groups of neighbouring channels over all places (Wu and He, arXiv 1803.08494), then scales and shifts each
 * channel: {@code x [N, places.., C]}.
 */
public record GroupNorm(Tensor weight, Tensor bias, int groups, float eps) {

    /** Reads {@code weight [channels]} and {@code bias [channels]}. */
    public static GroupNorm load(WeightScope scope, int channels, int groups, double eps) {
        Shape shape = Shape.of(channels);
        return new GroupNorm(scope.tensor("weight", shape), scope.tensor("bias", shape), groups, (float) eps);
    }

    public Tensor apply(Frame frame, Tensor x) {
        return Norms.group(frame, x, groups, weight, bias, eps);
    }

    /** The norm, then {@code after}. */
    public Tensor apply(Frame frame, Tensor x, After after) {
        return Norms.group(frame, x, groups, weight, bias, eps, after);
    }
}
