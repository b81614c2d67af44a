package dev.reverie.tts.kokoro;

/** Passages begin and end in near silence; a short fade makes it silence, so that none clicks where they join. */
final class Joints {
    /** 3 ms: too short to hear, long enough not to click. */
    private static final int FADE_SAMPLES = KokoroModel.SAMPLE_RATE_HZ * 3 / 1000;

    private Joints() {}

    /** Fades both ends in place, linearly. */
    static float[] faded(float[] samples) {
        int length = Math.min(FADE_SAMPLES, samples.length / 2);
        for (int i = 0; i < length; i++) {
            float gain = (float) i / length;
            samples[i] *= gain;
            samples[samples.length - 1 - i] *= gain;
        }
        return samples;
    }
}
