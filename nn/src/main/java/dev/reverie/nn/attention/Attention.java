package dev.reverie.nn.attention;

import dev.reverie.nn.Linear;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Heads;
import dev.reverie.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** Multi-head attention with its four projections (Vaswani et al., arXiv 1706.03762). */
public record Attention(Linear query, Linear key, Linear value, Linear out, int heads) {

    /** Self-attention: {@code x [N, L, C] -> [N, L, C]}; bias as in {@link Heads#attention}. */
    public Tensor apply(Frame caller, Tensor x, @Nullable Tensor bias) {
        return apply(caller, x, x, bias, false);
    }

    /** Self-attention in which token i sees tokens 0 .. i only. */
    public Tensor applyCausal(Frame caller, Tensor x) {
        return apply(caller, x, x, null, true);
    }

    /** Attention of {@code x [N, Lq, C]} to {@code context [N, Lk, D]}. */
    public Tensor apply(Frame caller, Tensor x, Tensor context, @Nullable Tensor bias) {
        return apply(caller, x, context, bias, false);
    }

    private Tensor apply(Frame caller, Tensor x, Tensor context, @Nullable Tensor bias, boolean causal) {
        try (Frame frame = caller.frame()) {
            Tensor q = query.apply(frame, x);
            Tensor k = key.apply(frame, context);
            Tensor v = value.apply(frame, context);
            int width = q.dim(-1) / heads;
            float scale = (float) (1 / Math.sqrt(width));
            return frame.keep(out.apply(frame, Heads.attention(frame, q, k, v, heads, scale, bias, causal)));
        }
    }
}
