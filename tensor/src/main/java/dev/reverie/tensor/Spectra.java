package dev.reverie.tensor;

import static dev.reverie.tensor.ShapeException.require;

import dev.reverie.tensor.kernel.InverseFourier;
import dev.reverie.tensor.kernel.ShortTimeFourier;

/**
 * Short-time Fourier transforms of real signals as PyTorch and librosa define them: frames centred on every
 * {@code hop}-th sample under a periodic Hann window of their own length, {@code size / 2 + 1} bins. Immutable.
 */
public final class Spectra {
    /** What stands before and behind the signal, {@code size / 2} samples each. */
    public enum Padding {
        ZEROS,
        /** The signal mirrored at its first and last sample. */
        REFLECT
    }

    /** Magnitude, and phase from -pi to pi, {@code [N, frames, bins]} each. */
    public record Polar(Tensor magnitude, Tensor phase) {}

    private final int size;
    private final int hop;
    private final ShortTimeFourier fourier;
    private final InverseFourier inverse;

    /**
     * @param size samples a frame, an even number
     * @param hop samples from one frame to the next, at most {@code size / 2}
     */
    public Spectra(int size, int hop) {
        if (size < 2 || size % 2 != 0 || hop < 1 || hop > size / 2) {
            throw new IllegalArgumentException(
                    "frames of %d samples, %d apart: the size must be even, the hop from 1 to half of it"
                            .formatted(size, hop));
        }
        this.size = size;
        this.hop = hop;
        fourier = new ShortTimeFourier(size, hop);
        inverse = new InverseFourier(size, hop);
    }

    /** Number of frames of a signal. */
    public int frames(int samples) {
        return 1 + samples / hop;
    }

    /** {@code x [N, samples] -> magnitude and phase [N, frames, bins]}, with reflected edges ({@code torch.stft}). */
    public Polar polar(Frame caller, Tensor x) {
        checkSignal(x, Padding.REFLECT);
        Shape shape = Shape.of(x.dim(0), frames(x.dim(1)), size / 2 + 1);
        Tensor magnitude = caller.tensor(shape);
        Tensor phase = caller.tensor(shape);
        try (Frame frame = caller.frame()) {
            Tensor padded = pad(frame, x, Padding.REFLECT);
            if (!frame.isMeasuring()) {
                fourier.polar(padded, magnitude, phase);
            }
        }
        return new Polar(magnitude, phase);
    }

    /** {@code x [N, samples] -> squared magnitude [N, frames, bins]}. */
    public Tensor power(Frame caller, Tensor x, Padding padding) {
        checkSignal(x, padding);
        Tensor power = caller.tensor(x.dim(0), frames(x.dim(1)), size / 2 + 1);
        try (Frame frame = caller.frame()) {
            Tensor padded = pad(frame, x, padding);
            if (!frame.isMeasuring()) {
                fourier.power(padded, power);
            }
        }
        return power;
    }

    /** {@code magnitude, phase [N, frames, bins] -> [N, hop (frames - 1)]}, as {@code torch.istft}. */
    public Tensor inverse(Frame caller, Tensor magnitude, Tensor phase) {
        require(
                magnitude.shape().rank() == 3
                        && magnitude.shape().equals(phase.shape())
                        && magnitude.dim(1) > 0
                        && magnitude.dim(2) == size / 2 + 1,
                "inverse spectra",
                "magnitude and phase [N, frames, %d]".formatted(size / 2 + 1),
                magnitude,
                phase);
        Tensor y = caller.tensor(magnitude.dim(0), hop * (magnitude.dim(1) - 1));
        if (!caller.isMeasuring()) {
            inverse.apply(magnitude, phase, y);
        }
        return y;
    }

    private void checkSignal(Tensor x, Padding padding) {
        int shortest = padding == Padding.REFLECT ? size / 2 + 1 : 1;
        require(
                x.shape().rank() == 2 && x.dim(1) >= shortest,
                "spectra",
                "x [N, samples] with %d samples or more".formatted(shortest),
                x);
    }

    private Tensor pad(Frame frame, Tensor x, Padding padding) {
        int samples = x.dim(1);
        int edge = size / 2;
        Tensor padded = frame.tensor(x.dim(0), samples + size);
        if (frame.isMeasuring()) {
            return padded;
        }
        for (int n = 0; n < x.dim(0); n++) {
            int to = padded.offset() + n * (samples + size);
            System.arraycopy(x.data(), x.offset() + n * samples, padded.data(), to + edge, samples);
            for (int i = 1; i <= edge; i++) {
                boolean mirror = padding == Padding.REFLECT;
                padded.data()[to + edge - i] = mirror ? x.get(n * samples + i) : 0f;
                padded.data()[to + edge + samples - 1 + i] = mirror ? x.get((n + 1) * samples - 1 - i) : 0f;
            }
        }
        return padded;
    }
}
