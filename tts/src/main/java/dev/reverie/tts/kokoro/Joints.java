package dev.reverie.tts.kokoro;

import dev.reverie.tts.Speech;
import java.util.ArrayList;
import java.util.List;

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

    /** One after the other, the times of words counted from the beginning of all. */
    static Speech joined(List<Speech> passages) {
        if (passages.size() == 1) {
            return passages.getFirst();
        }
        int total = 0;
        for (Speech passage : passages) {
            total = Math.addExact(total, passage.samples().length);
        }
        float[] samples = new float[total];
        List<Speech.Word> words = new ArrayList<>();
        int at = 0;
        for (Speech passage : passages) {
            double offset = (double) at / KokoroModel.SAMPLE_RATE_HZ;
            passage.words().forEach(word -> words.add(later(word, offset)));
            System.arraycopy(passage.samples(), 0, samples, at, passage.samples().length);
            at += passage.samples().length;
        }
        return new Speech(samples, KokoroModel.SAMPLE_RATE_HZ, words);
    }

    private static Speech.Word later(Speech.Word word, double seconds) {
        return new Speech.Word(
                word.text(), word.start(), word.end(), word.startSeconds() + seconds, word.endSeconds() + seconds);
    }
}
