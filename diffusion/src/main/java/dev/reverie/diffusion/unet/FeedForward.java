package dev.reverie.diffusion.unet;

import dev.reverie.nn.Linear;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Ops;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.io.WeightScope;

/** Two layers with a gated GELU between them (Shazeer, arXiv 2002.05202), residual included. */
record FeedForward(Linear valueAndGate, Linear out) {

    /** Reads {@code net.0.proj} and {@code net.2}; the inner width is 4 times the outer one. */
    static FeedForward load(WeightScope scope, int width) {
        return new FeedForward(
                Linear.load(scope.at("net.0.proj"), width, 8 * width),
                Linear.load(scope.at("net.2"), 4 * width, width));
    }

    /** {@code x [N, L, C] -> [N, L, C]}, plus {@code residual}. */
    Tensor apply(Frame caller, Tensor x, Tensor residual) {
        try (Frame frame = caller.frame()) {
            return frame.keep(out.apply(frame, gated(frame, x), residual));
        }
    }

    private Tensor gated(Frame caller, Tensor x) {
        try (Frame frame = caller.frame()) {
            return frame.keep(Ops.geglu(frame, valueAndGate.apply(frame, x)));
        }
    }
}
