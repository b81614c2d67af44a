package dev.reverie.tts.kokoro;

import dev.reverie.nn.Conv;
import dev.reverie.nn.ConvTranspose;
import dev.reverie.tensor.ConvGeometry;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Norms.After;
import dev.reverie.tensor.Ops;
import dev.reverie.tensor.Resampling;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.Window;
import dev.reverie.tensor.io.WeightScope;
import org.jspecify.annotations.Nullable;

/**
 * Residual block under a style, {@code AdainResBlk1d}: two convolutions of three taps, optionally to twice the length,
 * and a shortcut, averaged to keep the variance.
 */
record StyleBlock(
        StyleNorm norm1,
        @Nullable ConvTranspose pool,
        Conv conv1,
        StyleNorm norm2,
        Conv conv2,
        @Nullable Conv shortcut) {
    private static final After LEAKY = new After.LeakyRelu(0.2f);
    private static final float INVERSE_SQRT2 = 0.70710677f;
    private static final ConvGeometry THREE_TAPS = ConvGeometry.of(Window.same(3, 1));
    private static final ConvGeometry ONE_TAP = ConvGeometry.of(Window.of(1));
    private static final ConvGeometry TWICE =
            ConvGeometry.of(Window.of(3).withStride(2).withPadding(1));

    static StyleBlock load(WeightScope scope, int in, int out, int styleDim, boolean upsample) {
        return new StyleBlock(
                StyleNorm.load(scope.at("norm1"), styleDim, in),
                upsample ? ConvTranspose.loadWeightNormed(scope.at("pool"), in, in, TWICE.withGroups(in), 1) : null,
                Conv.loadWeightNormed(scope.at("conv1"), in, out, THREE_TAPS),
                StyleNorm.load(scope.at("norm2"), styleDim, out),
                Conv.loadWeightNormed(scope.at("conv2"), out, out, THREE_TAPS),
                in == out ? null : Conv.loadWeightNormedWithoutBias(scope.at("conv1x1"), in, out, ONE_TAP));
    }

    /** {@code x [N, T, in], style [N, S] -> [N, T, out]}, or {@code [N, 2 T, out]}. */
    Tensor apply(Frame caller, Tensor x, Tensor style) {
        try (Frame frame = caller.frame()) {
            Tensor h = norm1.apply(frame, x, style, LEAKY);
            if (pool != null) {
                h = pool.apply(frame, h);
            }
            h = norm2.apply(frame, conv1.apply(frame, h), style, LEAKY);
            Tensor sum = conv2.apply(frame, h, shortcut(frame, x));
            return frame.keep(Ops.scale(frame, sum, INVERSE_SQRT2));
        }
    }

    private Tensor shortcut(Frame frame, Tensor x) {
        Tensor h = pool == null ? x : Resampling.nearest(frame, x, 2);
        return shortcut == null ? h : shortcut.apply(frame, h);
    }
}
