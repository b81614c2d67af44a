package dev.reverie.diffusion.unet;

import dev.reverie.nn.LayerNorm;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.io.WeightScope;

/**
 * Attention of a map to itself, attention to the context, feed-forward: {@code x [N, places, C] -> [N, places, C]}
 * (huggingface/diffusers, models/attention.py, BasicTransformerBlock).
 *
 * @param onlyCross whether the first attention looks at the context, too
 */
record TransformerBlock(
        LayerNorm norm1,
        BlockAttention attention1,
        LayerNorm norm2,
        BlockAttention attention2,
        LayerNorm norm3,
        FeedForward feedForward,
        boolean onlyCross) {

    private static final double EPS = 1e-5;

    /** Reads {@code norm1, attn1, norm2, attn2, norm3, ff}. */
    static TransformerBlock load(WeightScope scope, Stage stage) {
        int width = stage.channels();
        int firstContext = stage.onlyCross() ? stage.contextWidth() : width;
        return new TransformerBlock(
                LayerNorm.load(scope.at("norm1"), width, EPS),
                BlockAttention.load(scope, "attn1", width, firstContext, stage.heads()),
                LayerNorm.load(scope.at("norm2"), width, EPS),
                BlockAttention.load(scope, "attn2", width, stage.contextWidth(), stage.heads()),
                LayerNorm.load(scope.at("norm3"), width, EPS),
                FeedForward.load(scope.at("ff"), width),
                stage.onlyCross());
    }

    Tensor apply(Frame caller, Tensor x, CrossContext context) {
        try (Frame frame = caller.frame()) {
            Tensor h = first(frame, x, context);
            Tensor seen = second(frame, h, context);
            frame.release(h);
            Tensor normed = norm3.apply(frame, seen);
            return frame.keep(feedForward.apply(frame, normed, seen));
        }
    }

    private Tensor first(Frame caller, Tensor x, CrossContext context) {
        try (Frame frame = caller.frame()) {
            Tensor normed = norm1.apply(frame, x);
            return frame.keep(
                    onlyCross
                            ? attention1.toContext(frame, normed, context, x)
                            : attention1.toItself(frame, normed, x));
        }
    }

    private Tensor second(Frame caller, Tensor x, CrossContext context) {
        try (Frame frame = caller.frame()) {
            return frame.keep(attention2.toContext(frame, norm2.apply(frame, x), context, x));
        }
    }
}
