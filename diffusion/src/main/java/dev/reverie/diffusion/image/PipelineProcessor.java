package dev.reverie.diffusion.image;

import dev.reverie.diffusion.Image;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;

/**
 * Pictures and masks as pipelines take them (huggingface/diffusers, image_processor.py, VaeImageProcessor): resized by
 * Lanczos on 8-bit values; alpha is laid on white.
 *
 * @param multiple of which both sides must be, such as 8: pixels of a latent
 */
public record PipelineProcessor(int multiple) {
    public PipelineProcessor {
        if (multiple < 1) {
            throw new IllegalArgumentException("sides cannot be multiples of %d".formatted(multiple));
        }
    }

    /** The picture with both sides cut down to a multiple, by resizing; each is at least one multiple. */
    public Image fitted(Image image) {
        return resized(image, fitted(image.width()), fitted(image.height()));
    }

    /** The picture in another size, without alpha. */
    public static Image resized(Image image, int width, int height) {
        return Resizing.resize(image.opaque(), width, height, ResizeFilter.LANCZOS);
    }

    /** A picture to change, from -1 to 1: {@code [1, height, width, 3]}. */
    public static Tensor picture(Image image, int width, int height) {
        return PixelTensor.signed(resized(image, width, height));
    }

    /** A picture for a ControlNet, from 0 to 1: {@code [1, height, width, 3]}. */
    public static Tensor control(Image image, int width, int height) {
        return PixelTensor.unit(resized(image, width, height));
    }

    /** A mask, 1 where its grey is 0.5 or more and 0 elsewhere: {@code [1, height, width, 1]}. */
    public static Tensor mask(Image image, int width, int height) {
        byte[] pixels = resized(image, width, height).pixels();
        Tensor mask = Tensor.zeros(Shape.of(1, height, width, 1));
        for (int i = 0; i < mask.elementCount(); i++) {
            mask.data()[i] = grey(pixels, 3 * i) >= 128 ? 1f : 0f;
        }
        return mask;
    }

    /** 0.299 R + 0.587 G + 0.114 B in 16 bits, rounded: PIL's mode L. */
    private static int grey(byte[] pixels, int at) {
        int sum = 19_595 * (pixels[at] & 0xFF) + 38_470 * (pixels[at + 1] & 0xFF) + 7_471 * (pixels[at + 2] & 0xFF);
        return (sum + (1 << 15)) >> 16;
    }

    /** A side cut down to a multiple, at least one. */
    public int fitted(int side) {
        return Math.max(multiple, side - side % multiple);
    }
}
