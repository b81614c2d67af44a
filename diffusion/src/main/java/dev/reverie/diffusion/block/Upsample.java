package dev.reverie.diffusion.block;

import dev.reverie.nn.Conv;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Resampling;
import dev.reverie.tensor.Resampling.Interpolation;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.io.WeightScope;

/** Repeats places, then convolves: {@code x [N, h, w, C] -> [N, H, W, C]}. */
public record Upsample(Conv conv) {

    /** Reads {@code conv}. */
    public static Upsample load(WeightScope scope, int channels) {
        return new Upsample(Conv.load(scope.at("conv"), channels, channels, Geometries.THREE));
    }

    /** To twice the size. */
    public Tensor apply(Frame caller, Tensor x) {
        return apply(caller, x, 2 * x.dim(1), 2 * x.dim(2));
    }

    /** To {@code height} and {@code width}. */
    public Tensor apply(Frame caller, Tensor x, int height, int width) {
        try (Frame frame = caller.frame()) {
            return frame.keep(conv.apply(frame, Resampling.resize(frame, x, Interpolation.NEAREST, height, width)));
        }
    }
}
