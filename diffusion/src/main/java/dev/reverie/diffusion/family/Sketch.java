package dev.reverie.diffusion.family;

import dev.reverie.diffusion.Image;
import dev.reverie.diffusion.image.PixelTensor;
import dev.reverie.diffusion.vae.AutoencoderTiny;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.Workspace;
import dev.reverie.tensor.Wrap;

/**
 * What latents look like, without the cost of decoding them: red, green and blue as sums of their channels. Factors:
 * ComfyUI, comfy/latent_formats.py.
 */
@SuppressWarnings("ImmutableEnumChecker") // nobody writes to its arrays
enum Sketch {
    SD(
            new float[][] {
                {0.3512f, 0.2297f, 0.3227f},
                {0.3250f, 0.4974f, 0.2350f},
                {-0.2829f, 0.1762f, 0.2721f},
                {-0.2120f, -0.2616f, -0.7177f}
            },
            0f,
            0f,
            0f),
    SDXL(
            new float[][] {
                {0.3651f, 0.4232f, 0.4341f},
                {-0.2533f, -0.0042f, 0.1068f},
                {0.1076f, 0.1111f, -0.0362f},
                {-0.3165f, -0.2492f, -0.2188f}
            },
            0.1084f,
            -0.0175f,
            -0.0011f);

    /** {@code [channels][3]}. */
    private final float[][] factors;

    private final float[] offsets;

    Sketch(float[][] factors, float... offsets) {
        this.factors = factors;
        this.offsets = offsets;
    }

    /** A tiny autoencoder's picture; else one pixel a latent. Of the first sample. */
    static Image of(StableDiffusionParts parts, Tensor latents, Wrap wrap) {
        Tensor first = latents.rows(0, 1);
        if (parts.autoencoder() instanceof AutoencoderTiny tiny) {
            try (Workspace workspace = Workspace.create();
                    Frame frame = workspace.frame(wrap)) {
                return PixelTensor.image(tiny.decode(frame, first, null, () -> {}));
            }
        }
        return PixelTensor.image((parts.prompts().pools() ? SDXL : SD).colours(first));
    }

    private Tensor colours(Tensor latents) {
        int channels = latents.dim(3);
        Tensor colours = Tensor.zeros(Shape.of(1, latents.dim(1), latents.dim(2), 3));
        for (int place = 0; place < latents.elementCount() / channels; place++) {
            for (int c = 0; c < 3; c++) {
                float sum = offsets[c];
                for (int i = 0; i < Math.min(channels, factors.length); i++) {
                    sum += latents.get(place * channels + i) * factors[i][c];
                }
                colours.data()[place * 3 + c] = sum;
            }
        }
        return colours;
    }
}
