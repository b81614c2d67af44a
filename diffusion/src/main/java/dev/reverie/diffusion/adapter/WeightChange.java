package dev.reverie.diffusion.adapter;

import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Ops;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * What a LoRA does to one weight W, at scale s: W + s factor delta. With a magnitude, W + s (M(W + factor delta) - W),
 * where M gives the rows or columns their lengths; so a scale of 0 leaves W, as in ComfyUI, weight_decompose.
 *
 * @param factor alpha / rank
 * @param magnitude null but for DoRA
 */
record WeightChange(Delta delta, double factor, @Nullable Magnitude magnitude) {

    boolean fits(Shape weight) {
        return delta.fits(weight) && (magnitude == null || magnitude.fits(weight));
    }

    /**
     * Adds the change to {@code weight} in place.
     *
     * @param original the weight before any change
     */
    void addTo(Tensor weight, Tensor original, double scale, Frame caller) {
        try (Frame frame = caller.frame()) {
            Tensor change = delta.expand(frame);
            if (magnitude == null) {
                Ops.addInto(weight, Ops.scale(frame, change, (float) (scale * factor)));
                return;
            }
            Tensor turned = Ops.scale(frame, change, (float) factor).reshape(original.shape());
            Ops.addInto(turned, original);
            magnitude.applyTo(turned);
            Ops.addInto(weight, Ops.scale(frame, turned, (float) scale));
            Ops.addInto(weight, Ops.scale(frame, original, (float) -scale));
        }
    }
}
