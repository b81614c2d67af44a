package dev.reverie.tts.kokoro;

import dev.reverie.tensor.Frame;
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
                phases(pitch, waves);
                voice(pitch, noise, waves);
                merge(waves, signal);
            }
        }
        return signal;
    }

    /**
     * Phases in radians. They reach 1e5, so the order of the roundings shows: turns are summed in double and stored as
     * float at each step, times 2, times pi, times the samples of a step, then interpolated in float. The random initial
     * phases of the reference have no effect, because it resamples each step from its middle.
     */
    private void phases(Tensor pitch, Tensor phases) {
        int steps = pitch.dim(1);
        float[] atStep = new float[steps];
        for (int h = 0; h < harmonics; h++) {
            double turns = 0;
            for (int p = 0; p < steps; p++) {
                turns += floorMod1(pitch.get(p) * (h + 1) / sampleRateHz);
                atStep[p] = (float) turns * 2f * (float) Math.PI * samplesPerPitch;
            }
            interpolate(atStep, h, phases);
        }
    }

    /** x modulo 1, never negative, as torch's remainder. */
    private static float floorMod1(float x) {
        float rest = x % 1f;
        return rest < 0 ? rest + 1f : rest;
    }

    /** Linear, edges of samples not aligned: torch's {@code interpolate(mode="linear")}. */
    private void interpolate(float[] atStep, int h, Tensor phases) {
        float step = (float) (1.0 / samplesPerPitch);
        float[] to = phases.data();
        int samples = phases.dim(1);
        for (int t = 0; t < samples; t++) {
            float at = Math.max(0f, Math.fma(step, t + 0.5f, -0.5f));
            int left = Math.min((int) at, atStep.length - 1);
            int right = Math.min(left + 1, atStep.length - 1);
            float weight = Math.min(at - left, 1f);
            to[phases.offset() + t * harmonics + h] = Math.fma(1f - weight, atStep[left], weight * atStep[right]);
        }
    }

    /**
     * From phases, sines where the pitch is a voice's, scaled; noise of another strength in either case. The nearest float
     * of the sine is torch's in 94 of 100 cases.
     */
    private void voice(Tensor pitch, Tensor noise, Tensor waves) {
        float[] to = waves.data();
        int perStep = samplesPerPitch * harmonics;
        for (int i = 0; i < waves.elementCount(); i++) {
            int at = waves.offset() + i;
            if (pitch.get(i / perStep) > VOICED_ABOVE_HZ) {
                to[at] = NearestSine.of(to[at]) * SINE_AMPLITUDE + NOISE_VOICED * noise.get(i);
            } else {
                to[at] = NOISE_UNVOICED * noise.get(i);
            }
        }
    }

    /** {@code waves [1, T, harmonics] -> signal [1, T, 1]}: a linear layer and tanh, but no product is fused with a sum. */
    private void merge(Tensor waves, Tensor signal) {
        for (int t = 0; t < signal.elementCount(); t++) {
            float sum = 0;
            for (int h = 0; h < harmonics; h++) {
                sum += waves.get(t * harmonics + h) * mix.get(h);
            }
            signal.data()[signal.offset() + t] = (float) StrictMath.tanh(sum + bias.get(0));
        }
    }
}
