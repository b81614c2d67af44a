package dev.reverie.diffusion.prompt;

import dev.reverie.tensor.Frame;
import dev.reverie.tensor.ShapeException;
import dev.reverie.tensor.Tensor;

/** Weights of tokens, applied to the states that a text encoder made of them. */
public enum TokenWeights {
    /** States times weights. */
    PLAIN,
    /** The same, then each window scaled so that its mean is what it was. */
    KEPT_MEAN;

    /**
     * Weighs states and joins the windows along the sequence.
     *
     * @param states [W, L, C]
     * @param weights [W][L]
     * @return [1, W L, C]
     */
    public Tensor apply(Frame frame, Tensor states, float[][] weights) {
        int windows = weights.length;
        int length = windows == 0 ? 0 : weights[0].length;
        if (states.shape().rank() != 3 || states.dim(0) != windows || states.dim(1) != length) {
            throw new ShapeException("weights: %d rows of %d for states %s".formatted(windows, length, states));
        }
        Tensor weighted = frame.tensor(states.shape());
        if (!frame.isMeasuring()) {
            for (int w = 0; w < windows; w++) {
                weigh(states.rows(w, w + 1), weights[w], weighted.rows(w, w + 1));
            }
        }
        return weighted.reshape(1, windows * length, states.dim(2));
    }

    private void weigh(Tensor states, float[] weights, Tensor weighted) {
        int width = states.dim(2);
        float[] to = weighted.data();
        for (int i = 0; i < states.elementCount(); i++) {
            to[weighted.offset() + i] = states.get(i) * weights[i / width];
        }
        double after = sum(weighted);
        if (this == KEPT_MEAN && after != 0) { // a mean of zero has no scale that restores another
            float ratio = (float) (sum(states) / after);
            for (int i = 0; i < states.elementCount(); i++) {
                to[weighted.offset() + i] *= ratio;
            }
        }
    }

    private static double sum(Tensor x) {
        double sum = 0;
        for (int i = 0; i < x.elementCount(); i++) {
            sum += x.get(i);
        }
        return sum;
    }
}
