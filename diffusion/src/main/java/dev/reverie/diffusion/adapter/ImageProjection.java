package dev.reverie.diffusion.adapter;

import dev.reverie.nn.LayerNorm;
import dev.reverie.nn.Linear;
import dev.reverie.tensor.Activation;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Ops;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.io.WeightScope;

/**
 * What makes tokens for a U-Net's attentions of what an image encoder saw (tencent-ailab/IP-Adapter,
 * ip_adapter/ip_adapter.py).
 */
sealed interface ImageProjection permits ImageProjection.OfEmbedding, ImageProjection.OfFace, Resampler {
    double EPS = 1e-5;

    /** Whether it takes the projected embedding {@code [n, D]}; or all states of the last but one layer {@code [n, L, D]}. */
    boolean takesEmbedding();

    /** Width D of what it takes. */
    int inputWidth();

    /** Width C of the tokens. */
    int outputWidth();

    /** {@code [n, D]} or {@code [n, L, D] -> [n, T, C]}. */
    Tensor apply(Frame caller, Tensor features);

    /** Tells the kind by its tensors' names, and its sizes by their shapes. */
    static ImageProjection load(WeightScope scope) {
        if (scope.has("perceiver_resampler.proj_in.weight")
                || (scope.has("proj.0.weight") && scope.has("norm.weight"))) {
            throw new IllegalArgumentException(
                    "is a Face ID adapter, which wants a face recogniser that this library does not have");
        }
        if (scope.has("latents")) {
            return Resampler.load(scope);
        }
        return scope.has("proj.3.weight") ? OfFace.load(scope) : OfEmbedding.load(scope);
    }

    /** IP-Adapter itself: T tokens of one embedding. */
    record OfEmbedding(Linear projection, LayerNorm norm, int outputWidth) implements ImageProjection {
        static OfEmbedding load(WeightScope scope) {
            Shape weight = FileShapes.of(scope, "proj.weight", 2);
            int width = FileShapes.of(scope, "norm.weight", 1).dim(0);
            if (weight.dim(0) % width != 0) {
                throw new IllegalArgumentException(
                        "makes %d numbers of a picture, no tokens of %d numbers each".formatted(weight.dim(0), width));
            }
            return new OfEmbedding(
                    Linear.load(scope.at("proj"), weight.dim(1), weight.dim(0)),
                    LayerNorm.load(scope.at("norm"), width, EPS),
                    width);
        }

        @Override
        public boolean takesEmbedding() {
            return true;
        }

        @Override
        public int inputWidth() {
            return projection.weight().shape().dim(1);
        }

        @Override
        public Tensor apply(Frame caller, Tensor features) {
            try (Frame frame = caller.frame()) {
                Tensor flat = projection.apply(frame, features);
                Tensor tokens = flat.reshape(features.dim(0), flat.dim(1) / outputWidth, outputWidth);
                return frame.keep(norm.apply(frame, tokens));
            }
        }
    }

    /** Full Face: a token of each state. */
    record OfFace(Linear first, Linear second, LayerNorm norm) implements ImageProjection {
        static OfFace load(WeightScope scope) {
            Shape inner = FileShapes.of(scope, "proj.0.weight", 2);
            int width = FileShapes.of(scope, "proj.2.weight", 2).dim(0);
            return new OfFace(
                    Linear.load(scope.at("proj.0"), inner.dim(1), inner.dim(0)),
                    Linear.load(scope.at("proj.2"), inner.dim(0), width),
                    LayerNorm.load(scope.at("proj.3"), width, EPS));
        }

        @Override
        public boolean takesEmbedding() {
            return false;
        }

        @Override
        public int inputWidth() {
            return first.weight().shape().dim(1);
        }

        @Override
        public int outputWidth() {
            return second.weight().shape().dim(0);
        }

        @Override
        public Tensor apply(Frame caller, Tensor features) {
            try (Frame frame = caller.frame()) {
                Tensor h = first.apply(frame, features);
                Ops.activateInto(h, Activation.GELU);
                return frame.keep(norm.apply(frame, second.apply(frame, h)));
            }
        }
    }
}
