package dev.reverie.diffusion.image;

import dev.reverie.diffusion.Image;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;

/** Between pictures and what networks take: {@code [1, H, W, 3]}, colours as numbers. */
public final class PixelTensor {
    private PixelTensor() {}

    /** Colours from 0 to 1; alpha is laid on white. */
    public static Tensor unit(Image image) {
        byte[] pixels = image.opaque().pixels();
        Tensor unit = Tensor.zeros(Shape.of(1, image.height(), image.width(), 3));
        for (int i = 0; i < pixels.length; i++) {
            unit.data()[i] = (pixels[i] & 0xFF) / 255f;
        }
        return unit;
    }

    /** Colours from -1 to 1; alpha is laid on white. */
    public static Tensor signed(Image image) {
        Tensor signed = unit(image);
        for (int i = 0; i < signed.elementCount(); i++) {
            signed.data()[i] = 2 * signed.data()[i] - 1;
        }
        return signed;
    }

    /**
     * A picture of {@code [1, H, W, 3]} or {@code [H, W, 3]} from -1 to 1; what is outside is cut, halves go to the
     * even neighbour, NaN is black. As diffusers, image_processor.py, denormalize and numpy_to_pil.
     */
    public static Image image(Tensor signed) {
        int rank = signed.shape().rank();
        if (rank < 3 || signed.dim(-1) != 3 || signed.shape().product(0, rank - 3) != 1) {
            throw new IllegalArgumentException("a picture is [1, H, W, 3], not %s".formatted(signed.shape()));
        }
        byte[] pixels = new byte[signed.elementCount()];
        for (int i = 0; i < pixels.length; i++) {
            float unit = Math.clamp(signed.get(i) * 0.5f + 0.5f, 0f, 1f);
            pixels[i] = (byte) Math.rint(unit * 255f);
        }
        return Image.of(signed.dim(-2), signed.dim(-3), 3, pixels);
    }
}
