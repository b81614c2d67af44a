package dev.reverie.diffusion.unet;

import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Tensor;

/**
 * Turns numbers into waves of {@code width / 2} frequencies, from 1 down to 1/10,000 (huggingface/diffusers,
 * models/embeddings.py, get_timestep_embedding).
 *
 * @param width of the result; an odd one ends with a zero
 * @param cosineFirst whether the cosines stand before the sines ({@code flip_sin_to_cos})
 * @param frequencyShift how much smaller the count of frequencies is taken ({@code freq_shift})
 */
public record Sinusoid(int width, boolean cosineFirst, double frequencyShift) {
    public Sinusoid {
        Stage.requireBetween("width of an embedded time", width, 2, 1 << 15);
        int half = width / 2;
        if (!(frequencyShift > -half) || !(frequencyShift < half)) {
            throw new IllegalArgumentException(
                    "freq_shift %s must lie within the %d frequencies of a time".formatted(frequencyShift, half));
        }
    }

    /** {@code numbers.length = M -> [M, width]}, computed as float32 step by step, as PyTorch does. */
    public Tensor apply(Frame frame, Tensor numbers) {
        Tensor waves = frame.tensor(numbers.elementCount(), width);
        if (frame.isMeasuring()) {
            return waves;
        }
        int half = width / 2;
        for (int i = 0; i < numbers.elementCount(); i++) {
            int row = waves.offset() + i * width;
            for (int j = 0; j < half; j++) {
                float angle = numbers.get(i) * frequency(j, half);
                float sine = (float) StrictMath.sin(angle);
                float cosine = (float) StrictMath.cos(angle);
                waves.data()[row + j] = cosineFirst ? cosine : sine;
                waves.data()[row + half + j] = cosineFirst ? sine : cosine;
            }
            if (width % 2 == 1) {
                waves.data()[row + width - 1] = 0;
            }
        }
        return waves;
    }

    private float frequency(int index, int half) {
        float exponent = (float) -StrictMath.log(10_000) * index;
        return (float) StrictMath.exp(exponent / (float) (half - frequencyShift));
    }
}
