package dev.reverie.diffusion.family;

import dev.reverie.diffusion.schedule.Noise;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.random.TorchRandom;

/**
 * Noise of one seed. Numbers are drawn as PyTorch draws {@code [N, C, H, W]}, so that a seed means the same picture
 * there, and laid out as {@code [N, H, W, C]}.
 */
final class LatentNoise implements Noise {
    private final TorchRandom random;

    LatentNoise(long seed) {
        random = new TorchRandom(seed);
    }

    @Override
    public Tensor next(Shape shape) {
        int channels = shape.dim(-1);
        int places = shape.product(1, shape.rank() - 1);
        Tensor drawn = random.randn(shape);
        Tensor noise = Tensor.zeros(shape);
        for (int n = 0; n < shape.dim(0); n++) {
            for (int c = 0; c < channels; c++) {
                for (int place = 0; place < places; place++) {
                    noise.data()[(n * places + place) * channels + c] = drawn.get((n * channels + c) * places + place);
                }
            }
        }
        return noise;
    }
}
