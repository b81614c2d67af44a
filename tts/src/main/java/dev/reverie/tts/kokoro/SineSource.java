package dev.reverie.tts.kokoro;

import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Pieces;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.io.WeightScope;

/**
 * The glottal source: a sine at the pitch and its harmonics where the voice sounds, noise elsewhere, mixed to one
 * signal (neural source-filter, Wang et al., arXiv 1904.12088; {@code SineGen} and {@code SourceModuleHnNSF}).
 *
 * <p>Products and sums are rounded where torch rounds them on x86, and sine and tanh are the nearest floats: the vocoder
 * hears the signs of rounding errors ({@link dev.reverie.tensor.Spectra#polar}), and already a sine wrong by one unit in
 * the last place may turn some.
 *
 * @param mix {@code [1, harmonics]}
 * @param bias {@code [1]}
 */
record SineSource(Tensor mix, Tensor bias, int harmonics, int samplesPerPitch, int sampleRateHz) {
    private static final float SINE_AMPLITUDE = 0.1f;
    private static final float NOISE_VOICED = 0.003f;
    private static final float NOISE_UNVOICED = SINE_AMPLITUDE / 3;
    private static final float VOICED_ABOVE_HZ = 10f;

    /** Half a millisecond of work for a thread. */
    private static final int STEPS_OF_A_PIECE = 16;

    static SineSource load(WeightScope scope, int samplesPerPitch) {
        int harmonics = 9; // the fundamental and eight overtones
        WeightScope linear = scope.at("l_linear");
        return new SineSource(
                linear.tensor("weight", Shape.of(1, harmonics)),
                linear.tensor("bias", Shape.of(1)),
                harmonics,
                samplesPerPitch,
                24_000);
    }

    /**
     * Makes the signal.
     *
     * @param pitch {@code [1, P, 1]} in Hz, one value for {@code samplesPerPitch} samples
     * @param noise {@code [1, P samplesPerPitch, harmonics]}, standard normal
     * @return {@code [1, P samplesPerPitch, 1]}
     */
    Tensor apply(Frame caller, Tensor pitch, Tensor noise) {
        Tensor signal = caller.tensor(1, noise.dim(1), 1);
        try (Frame frame = caller.frame()) {
            Tensor waves = frame.tensor(noise.shape());
            if (!frame.isMeasuring()) {
                float[][] phases = phases(pitch);
                int steps = pitch.dim(1);
                Pieces.run((steps + STEPS_OF_A_PIECE - 1) / STEPS_OF_A_PIECE, piece -> {
                    int from = piece * STEPS_OF_A_PIECE * samplesPerPitch;
                    int to = Math.min(steps, (piece + 1) * STEPS_OF_A_PIECE) * samplesPerPitch;
                    interpolate(phases, waves, from, to);
                    voice(pitch, noise, waves, from, to);
                    merge(waves, signal, from, to);
                });
            }
        }
        return signal;
    }

    /**
     * Phases in radians at each step, {@code [harmonics][P]}. They reach 1e5, so the order of the roundings shows: turns
     * are summed in double and stored as float at each step, times 2, times pi, times the samples of a step, then
     * interpolated in float. The random initial phases of the reference have no effect, because it resamples each step
     * from its middle.
     */
    private float[][] phases(Tensor pitch) {
        float[][] phases = new float[harmonics][pitch.dim(1)];
        for (int h = 0; h < harmonics; h++) {
            double turns = 0;
            for (int p = 0; p < phases[h].length; p++) {
                turns += floorMod1(pitch.get(p) * (h + 1) / sampleRateHz);
                phases[h][p] = (float) turns * 2f * (float) Math.PI * samplesPerPitch;
            }
        }
        return phases;
    }

    /** x modulo 1, never negative, as torch's remainder. */
    private static float floorMod1(float x) {
        float rest = x % 1f;
        return rest < 0 ? rest + 1f : rest;
    }

    /** Linear, edges of samples not aligned: torch's {@code interpolate(mode="linear")}. */
    private void interpolate(float[][] phases, Tensor waves, int from, int to) {
        float step = (float) (1.0 / samplesPerPitch);
        int last = phases[0].length - 1;
        for (int t = from; t < to; t++) {
            float at = Math.max(0f, Math.fma(step, t + 0.5f, -0.5f));
            int left = Math.min((int) at, last);
            int right = Math.min(left + 1, last);
            float weight = Math.min(at - left, 1f);
            int wave = waves.offset() + t * harmonics;
            for (int h = 0; h < harmonics; h++) {
                waves.data()[wave + h] = Math.fma(1f - weight, phases[h][left], weight * phases[h][right]);
            }
        }
    }

    /**
     * From phases, sines where the pitch is a voice's, scaled; noise of another strength in either case. The nearest float
     * of the sine is torch's in 94 of 100 cases.
     */
    private void voice(Tensor pitch, Tensor noise, Tensor waves, int from, int to) {
        float[] data = waves.data();
        for (int i = from * harmonics; i < to * harmonics; i++) {
            int at = waves.offset() + i;
            if (pitch.get(i / (samplesPerPitch * harmonics)) > VOICED_ABOVE_HZ) {
                data[at] = NearestSine.of(data[at]) * SINE_AMPLITUDE + NOISE_VOICED * noise.get(i);
            } else {
                data[at] = NOISE_UNVOICED * noise.get(i);
            }
        }
    }

    /** {@code waves [1, T, harmonics] -> signal [1, T, 1]}: a linear layer and tanh, but no product is fused with a sum. */
    private void merge(Tensor waves, Tensor signal, int from, int to) {
        for (int t = from; t < to; t++) {
            float sum = 0;
            for (int h = 0; h < harmonics; h++) {
                sum += waves.get(t * harmonics + h) * mix.get(h);
            }
            signal.data()[signal.offset() + t] = (float) StrictMath.tanh(sum + bias.get(0));
        }
    }
}
