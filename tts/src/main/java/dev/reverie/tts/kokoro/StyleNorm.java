package dev.reverie.tts.kokoro;

import dev.reverie.nn.Linear;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Norms;
import dev.reverie.tensor.Norms.After;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.io.WeightScope;
import org.jspecify.annotations.Nullable;

/**
 * Instance norm whose scale and shift a style vector gives: {@code AdaIN1d}. Some exports have an affine part of the
 * norm itself; the published weights have none.
 */
record StyleNorm(
        Linear style, @Nullable Tensor weight, @Nullable Tensor bias) {
    private static final float EPS = 1e-5f;

    static StyleNorm load(WeightScope scope, int styleDim, int channels) {
        return new StyleNorm(
                Linear.load(scope.at("fc"), styleDim, 2 * channels),
                scope.tensorIfPresent("norm.weight", Shape.of(channels)),
                scope.tensorIfPresent("norm.bias", Shape.of(channels)));
    }

    /** {@code x [N, T, C], style [N, S] -> [N, T, C]}. */
    Tensor apply(Frame caller, Tensor x, Tensor styleVector, After after) {
        try (Frame frame = caller.frame()) {
            Tensor gammaBeta = style.apply(frame, styleVector);
            if (weight != null && bias != null && !frame.isMeasuring()) {
                foldAffine(gammaBeta, weight, bias);
            }
            return frame.keep(Norms.adaptiveInstance(frame, x, gammaBeta, EPS, after));
        }
    }

    /** (1 + gamma) (w n + b) + beta = (1 + gamma') n + beta'. */
    private static void foldAffine(Tensor gammaBeta, Tensor weight, Tensor bias) {
        int channels = weight.elementCount();
        float[] data = gammaBeta.data();
        for (int row = gammaBeta.offset(); row < gammaBeta.offset() + gammaBeta.elementCount(); row += 2 * channels) {
            for (int c = 0; c < channels; c++) {
                float scale = 1 + data[row + c];
                data[row + c] = scale * weight.get(c) - 1;
                data[row + channels + c] += scale * bias.get(c);
            }
        }
    }
}
