package dev.reverie.diffusion.unet;

import dev.reverie.nn.Linear;
import dev.reverie.tensor.Activation;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Ops;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.io.WeightScope;
import org.jspecify.annotations.Nullable;

/**
 * Two layers with SiLU between them: {@code x [N, in] -> [N, out]} (huggingface/diffusers, models/embeddings.py).
 *
 * @param guidance projects an embedded guidance scale onto x; null but in distilled models
 */
record TimestepEmbedding(
        Linear linear1, Linear linear2, @Nullable Linear guidance) {

    /** Reads {@code linear_1, linear_2}. */
    static TimestepEmbedding load(WeightScope scope, int in, int out) {
        return load(scope, in, out, 0);
    }

    /** Reads {@code linear_1, linear_2} and, where {@code guidanceWidth} is not 0, {@code cond_proj}. */
    static TimestepEmbedding load(WeightScope scope, int in, int out, int guidanceWidth) {
        return new TimestepEmbedding(
                Linear.load(scope.at("linear_1"), in, out),
                Linear.load(scope.at("linear_2"), out, out),
                guidanceWidth == 0 ? null : Linear.loadWithoutBias(scope.at("cond_proj"), guidanceWidth, in));
    }

    Tensor apply(Frame caller, Tensor x) {
        return apply(caller, x, null);
    }

    /** The same for a guidance scale embedded as {@code scale [N, guidanceWidth]}, or none. */
    Tensor apply(Frame caller, Tensor x, @Nullable Tensor scale) {
        try (Frame frame = caller.frame()) {
            Tensor input = guidance == null || scale == null ? x : guidance.apply(frame, scale, x);
            Tensor h = linear1.apply(frame, input);
            Ops.activateInto(h, Activation.SILU);
            return frame.keep(linear2.apply(frame, h));
        }
    }
}
