package dev.reverie.diffusion.block;

import dev.reverie.nn.Conv;
import dev.reverie.nn.GroupNorm;
import dev.reverie.nn.Linear;
import dev.reverie.tensor.Activation;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Norms.After;
import dev.reverie.tensor.Ops;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.io.WeightScope;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Two convolutions beside a shortcut (huggingface/diffusers, models/resnet.py, ResnetBlock2D): {@code x [N, H, W, in] ->
 * [N, H, W, out]}.
 *
 * @param time makes of the time's embedding a shift of each channel between the convolutions; null in autoencoders
 * @param scaleAndShift whether {@code time} makes a factor and a shift, applied after the second norm
 * @param shortcut null where in and out are equal
 */
public record ResnetBlock(
        GroupNorm norm1,
        Conv conv1,
        @Nullable Linear time,
        boolean scaleAndShift,
        GroupNorm norm2,
        Conv conv2,
        @Nullable Conv shortcut) {

    /**
     * The embedding of time that a block takes.
     *
     * @param width of the embedding
     * @param scaleAndShift whether it also scales ({@code resnet_time_scale_shift})
     */
    public record TimeInput(int width, boolean scaleAndShift) {}

    /** Reads {@code norm1, conv1, norm2, conv2}, where {@code timeInput} is given {@code time_emb_proj}. */
    public static ResnetBlock load(WeightScope scope, int in, int out, Grouping norms, @Nullable TimeInput timeInput) {
        boolean scaleAndShift = timeInput != null && timeInput.scaleAndShift;
        return new ResnetBlock(
                norms.load(scope.at("norm1"), in),
                Conv.load(scope.at("conv1"), in, out, Geometries.THREE),
                timeInput == null
                        ? null
                        : Linear.load(scope.at("time_emb_proj"), timeInput.width, scaleAndShift ? 2 * out : out),
                scaleAndShift,
                norms.load(scope.at("norm2"), out),
                Conv.load(scope.at("conv2"), out, out, Geometries.THREE),
                in == out ? null : Conv.load(scope.at("conv_shortcut"), in, out, Geometries.POINT));
    }

    /** {@code embedding [N, width]} is the time's, activated; null in autoencoders. */
    public Tensor apply(Frame caller, Tensor x, @Nullable Tensor embedding) {
        try (Frame frame = caller.frame()) {
            Tensor h = beforeSecond(frame, x, embedding);
            Tensor residual = shortcut == null ? x : shortcut.apply(frame, x);
            return frame.keep(conv2.apply(frame, h, residual));
        }
    }

    private Tensor beforeSecond(Frame caller, Tensor x, @Nullable Tensor embedding) {
        try (Frame frame = caller.frame()) {
            Tensor h = first(frame, x);
            if (time == null) {
                return frame.keep(norm2.apply(frame, h, new After.Silu()));
            }
            Tensor conditioning = time.apply(frame, Objects.requireNonNull(embedding, "an embedding of time"));
            return frame.keep(
                    scaleAndShift ? scaledAndShifted(frame, h, conditioning) : shifted(frame, h, conditioning));
        }
    }

    private Tensor first(Frame caller, Tensor x) {
        try (Frame frame = caller.frame()) {
            return frame.keep(conv1.apply(frame, norm1.apply(frame, x, new After.Silu())));
        }
    }

    private Tensor shifted(Frame frame, Tensor h, Tensor shift) {
        Ops.addToPlaces(h, shift);
        return norm2.apply(frame, h, new After.Silu());
    }

    /** silu((1 + scale) norm(h) + shift). */
    private Tensor scaledAndShifted(Frame frame, Tensor h, Tensor scaleThenShift) {
        int channels = h.dim(-1);
        Tensor normed = norm2.apply(frame, h);
        Tensor scale = Ops.columns(frame, scaleThenShift, 0, channels);
        Ops.multiplyPlaces(normed, Ops.affine(frame, scale, 1, 1));
        Ops.addToPlaces(normed, Ops.columns(frame, scaleThenShift, channels, 2 * channels));
        Ops.activateInto(normed, Activation.SILU);
        return normed;
    }
}
