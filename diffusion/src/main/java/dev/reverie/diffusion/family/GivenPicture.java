package dev.reverie.diffusion.family;

import dev.reverie.diffusion.vae.Autoencoder;
import dev.reverie.diffusion.vae.AutoencoderKl;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Ops;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What a run makes of the picture that it is given, and of its mask. */
record GivenPicture(StableDiffusionParts parts, RunInputs inputs, Runnable onBlock) {

    /** A sample of what the autoencoder makes of a picture, for each sample of the run. */
    Tensor encoded(Frame frame, Tensor picture) {
        Autoencoder autoencoder = parts.autoencoder();
        int factor = autoencoder.spatialFactor();
        Shape one = Shape.of(1, picture.dim(1) / factor, picture.dim(2) / factor, autoencoder.latentChannels());
        Tensor noise = autoencoder instanceof AutoencoderKl ? noise(frame, one) : null;
        Tensor latents = autoencoder.encode(frame, picture, noise, parts.tiling(Tensor.measured(one)), onBlock);
        Tensor samples = Batches.stacked(frame, latents, inputs.samples());
        return frame.isMeasuring() ? Tensor.measured(samples.shape()) : samples.detach();
    }

    private Tensor noise(Frame frame, Shape shape) {
        return frame.isMeasuring() ? Tensor.measured(shape) : inputs.noise().next(shape);
    }

    /** Each latent takes the mask of its top left pixel: {@code [1, h, w, 1]}. */
    Tensor latentMask() {
        Tensor mask = inputs.mask() == null ? Tensor.zeros(Shape.of(1, 1, 1, 1)) : inputs.mask();
        int factor = parts.autoencoder().spatialFactor();
        Tensor small = Tensor.zeros(Shape.of(1, mask.dim(1) / factor, mask.dim(2) / factor, 1));
        for (int y = 0; y < small.dim(1); y++) {
            for (int x = 0; x < small.dim(2); x++) {
                small.data()[y * small.dim(2) + x] = mask.get((y * mask.dim(2) + x) * factor);
            }
        }
        return small;
    }

    /** Channels beside the latents: mask and masked picture of inpainting models, the picture of editing ones. */
    @Nullable
    Tensor extra(Frame frame, int conditions) {
        Tensor picture = inputs.picture();
        if (picture == null) {
            return null;
        }
        if (parts.paintsInto()) {
            Tensor masked = encoded(frame, withoutMasked(picture));
            Tensor mask = Batches.stacked(frame, latentMask(), inputs.samples());
            return Batches.stacked(frame, Ops.concat(frame, mask, masked), conditions);
        }
        boolean isFirst = inputs.redrawn() == null;
        if (isFirst && inputs.mask() != null && parts.autoencoder() instanceof AutoencoderKl) {
            encoded(frame, withoutMasked(picture)); // diffusers draws for it, though nothing looks at it
        }
        return parts.editsByInstruction() ? edited(frame, picture, conditions) : null;
    }

    /** The mode of the picture's latents, not scaled; nothing in the last of three conditions. */
    private Tensor edited(Frame frame, Tensor picture, int conditions) {
        Tensor mode = ((AutoencoderKl) parts.autoencoder())
                .distribution(frame, picture, null, onBlock)
                .mean();
        Tensor samples = Batches.stacked(frame, mode, inputs.samples());
        Tensor all = Batches.stacked(frame, samples, conditions);
        if (conditions == 3 && !frame.isMeasuring()) {
            int end = all.offset() + all.elementCount();
            Arrays.fill(all.data(), end - samples.elementCount(), end, 0f);
        }
        return all;
    }

    private Tensor withoutMasked(Tensor picture) {
        Tensor mask = inputs.mask();
        float[] values = picture.toArray();
        for (int i = 0; mask != null && i < values.length; i++) {
            values[i] = mask.get(i / 3) < 0.5f ? values[i] : 0;
        }
        return Tensor.of(picture.shape(), values);
    }
}
