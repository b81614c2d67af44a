package dev.reverie.diffusion.family;

import dev.reverie.diffusion.Image;
import dev.reverie.diffusion.image.PixelTensor;
import dev.reverie.diffusion.vae.AutoencoderTiny;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.Workspace;

/** What latents look like, without the cost of decoding them. */
final class Sketch {
    /** Red, green and blue of each of the four channels of Stable Diffusion 1 and 2, fitted by least squares. */
    private static final float[][] COLOURS = {
        {0.3512f, 0.2297f, 0.3227f},
        {0.3250f, 0.4974f, 0.2350f},
        {-0.2829f, 0.1762f, 0.2721f},
        {-0.2120f, -0.2616f, -0.7177f}
    };

    private Sketch() {}

    /** A tiny autoencoder's picture; else one pixel a latent. Of the first sample. */
    static Image of(StableDiffusionParts parts, Tensor latents) {
        Tensor first = latents.rows(0, 1);
        if (parts.autoencoder() instanceof AutoencoderTiny tiny) {
            try (Workspace workspace = Workspace.create();
                    Frame frame = workspace.frame()) {
                return PixelTensor.image(tiny.decode(frame, first, null, () -> {}));
            }
        }
        return PixelTensor.image(projected(first));
    }

    private static Tensor projected(Tensor latents) {
        int channels = latents.dim(3);
        Tensor colours = Tensor.zeros(Shape.of(1, latents.dim(1), latents.dim(2), 3));
        for (int place = 0; place < latents.elementCount() / channels; place++) {
            for (int c = 0; c < 3; c++) {
                float sum = 0;
                for (int i = 0; i < Math.min(channels, COLOURS.length); i++) {
                    sum += latents.get(place * channels + i) * COLOURS[i][c];
                }
                colours.data()[place * 3 + c] = sum;
            }
        }
        return colours;
    }
}
