package dev.reverie.tensor;

import static dev.reverie.tensor.ShapeException.require;

import dev.reverie.tensor.kernel.AttentionKernel;
import org.jspecify.annotations.Nullable;

/** Scaled dot-product attention over heads that lie side by side in the last axis. */
public final class Heads {
    private Heads() {}

    /**
     * softmax(scale q kᵀ + bias) v for each head; a query that sees no key gets zeros.
     *
     * @param q {@code [N, Lq, heads d]}
     * @param k {@code [N, Lk, kvHeads d]}, where kvHeads divides heads (grouped queries)
     * @param v {@code [N, Lk, kvHeads dv]}
     * @param heads number of query heads
     * @param scale usually 1 / sqrt(d); 1 for T5
     * @param bias added to the scores, {@code [N or 1, heads or 1, Lq or 1, Lk]}; -inf hides a key
     * @param causal whether query i sees keys 0 .. i only
     * @return {@code [N, Lq, heads dv]}
     */
    public static Tensor attention(
            Frame caller, Tensor q, Tensor k, Tensor v, int heads, float scale, @Nullable Tensor bias, boolean causal) {
        check(q, k, v, heads);
        if (bias != null) {
            checkBias(bias, q, k, heads);
        }
        int d = q.dim(2) / heads;
        int kvHeads = k.dim(2) / d;
        int dv = v.dim(2) / kvHeads;
        Tensor y = caller.tensor(q.dim(0), q.dim(1), heads * dv);
        caller.count((long) q.dim(0) * heads * q.dim(1) * k.dim(1) * (d + dv));
        try (Frame frame = caller.frame()) {
            Tensor work = frame.tensor(AttentionKernel.workFloats(q, k, v, kvHeads));
            if (!frame.isMeasuring()) {
                new AttentionKernel(q, k, v, heads, kvHeads, scale, bias, causal, work, y).run();
            }
        }
        return y;
    }

    private static void check(Tensor q, Tensor k, Tensor v, int heads) {
        require(
                q.shape().rank() == 3 && k.shape().rank() == 3 && v.shape().rank() == 3,
                "attention",
                "q, k, v [N, L, heads d]",
                q,
                k,
                v);
        require(
                q.dim(0) == k.dim(0) && k.dim(0) == v.dim(0) && k.dim(1) == v.dim(1),
                "attention",
                "equal N, and Lk of k and v",
                q,
                k,
                v);
        require(q.dim(2) % heads == 0, "attention", "%d heads dividing the last axis".formatted(heads), q);
        int d = q.dim(2) / heads;
        require(k.dim(2) % d == 0, "attention", "heads of %d in k".formatted(d), q, k);
        int kvHeads = k.dim(2) / d;
        require(
                heads % kvHeads == 0 && v.dim(2) % kvHeads == 0,
                "attention",
                "%d heads, %d of k and v".formatted(heads, kvHeads),
                k,
                v);
    }

    private static void checkBias(Tensor bias, Tensor q, Tensor k, int heads) {
        require(
                bias.shape().rank() == 4
                        && (bias.dim(0) == 1 || bias.dim(0) == q.dim(0))
                        && (bias.dim(1) == 1 || bias.dim(1) == heads)
                        && (bias.dim(2) == 1 || bias.dim(2) == q.dim(1))
                        && bias.dim(3) == k.dim(1),
                "attention",
                "bias [N or 1, heads or 1, Lq or 1, Lk]",
                q,
                k,
                bias);
    }
}
