package dev.reverie.diffusion.block;

import dev.reverie.nn.GroupNorm;
import dev.reverie.nn.Linear;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Heads;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.io.WeightScope;

/**
 * Attention of the places of a map to each other, beside a shortcut: {@code x [N, H, W, C] -> [N, H, W, C]}
 * (huggingface/diffusers, models/attention_processor.py, Attention with a residual connection).
 */
public record AttentionBlock(GroupNorm norm, Linear query, Linear key, Linear value, Linear out, int heads) {

    /**
     * Reads {@code group_norm, to_q, to_k, to_v, to_out.0}, or the four projections as {@code query, key, value,
     * proj_attn}, their names before 2023, which most published files still have.
     */
    public static AttentionBlock load(WeightScope scope, int channels, int heads, Grouping norms) {
        boolean old = scope.has("query.weight");
        return new AttentionBlock(
                norms.load(scope.at("group_norm"), channels),
                Pointwise.load(scope.at(old ? "query" : "to_q"), channels, channels),
                Pointwise.load(scope.at(old ? "key" : "to_k"), channels, channels),
                Pointwise.load(scope.at(old ? "value" : "to_v"), channels, channels),
                Pointwise.load(scope.at(old ? "proj_attn" : "to_out.0"), channels, channels),
                heads);
    }

    public Tensor apply(Frame caller, Tensor x) {
        Shape tokens = Shape.of(x.dim(0), x.dim(1) * x.dim(2), x.dim(3));
        try (Frame frame = caller.frame()) {
            Tensor mixed = attention(frame, x, tokens);
            return frame.keep(out.apply(frame, mixed, x.reshape(tokens)).reshape(x.shape()));
        }
    }

    private Tensor attention(Frame caller, Tensor x, Shape tokens) {
        float scale = (float) (1 / Math.sqrt((double) x.dim(3) / heads));
        try (Frame frame = caller.frame()) {
            Tensor h = norm.apply(frame, x).reshape(tokens);
            Tensor q = query.apply(frame, h);
            Tensor k = key.apply(frame, h);
            Tensor v = value.apply(frame, h);
            frame.release(h);
            return frame.keep(Heads.attention(frame, q, k, v, heads, scale, null, false));
        }
    }
}
