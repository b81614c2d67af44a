package dev.reverie.tensor.kernel;

import dev.reverie.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** Attention. */
public final class AttentionKernel {
    private AttentionKernel() {}

    public static void forward(
            Tensor q,
            Tensor k,
            Tensor v,
            int heads,
            int kvHeads,
            float scale,
            @Nullable Tensor bias,
            boolean causal,
            Tensor y) {
        int lq = q.dim(1);
        int lk = k.dim(1);
        int d = q.dim(2) / heads;
        int dv = v.dim(2) / kvHeads;
        Pool.run(q.dim(0) * heads * lq, (at, scratch) -> {
            int i = at % lq;
            int head = at / lq % heads;
            int n = at / lq / heads;
            int kvHead = head / (heads / kvHeads);
            int seen = causal ? Math.min(lk, i + 1) : lk;
            float[] scores = scratch.floats(1, lk);
            float max = Float.NEGATIVE_INFINITY;
            for (int j = 0; j < seen; j++) {
                float sum = 0f;
                for (int c = 0; c < d; c++) {
                    sum = Math.fma(
                            q.get((n * lq + i) * heads * d + head * d + c),
                            k.get((n * lk + j) * kvHeads * d + kvHead * d + c),
                            sum);
                }
                scores[j] = sum * scale + (bias == null ? 0f : biasAt(bias, n, head, i, j));
                max = Math.max(max, scores[j]);
            }
            float total = 0f;
            for (int j = 0; j < seen; j++) {
                scores[j] = FloatMath.exp(scores[j] - max);
                total += scores[j];
            }
            for (int c = 0; c < dv; c++) {
                float sum = 0f;
                for (int j = 0; j < seen; j++) {
                    sum = Math.fma(scores[j], v.get((n * lk + j) * kvHeads * dv + kvHead * dv + c), sum);
                }
                y.data()[y.offset() + (n * lq + i) * heads * dv + head * dv + c] = sum / total;
            }
        });
    }

    private static float biasAt(Tensor bias, int n, int head, int i, int j) {
        int nn = bias.dim(0) == 1 ? 0 : n;
        int hh = bias.dim(1) == 1 ? 0 : head;
        int ii = bias.dim(2) == 1 ? 0 : i;
        return bias.get(((nn * bias.dim(1) + hh) * bias.dim(2) + ii) * bias.dim(3) + j);
    }
}
