package dev.reverie.tts.kokoro;

import dev.reverie.tts.SpeechListener;
import dev.reverie.tts.kokoro.Passages.Passage;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;

/** Part of the work that is done: passages by their length, and within one by the stage that begins. */
final class Progress {
    /** Share of a passage's multiply-adds before each stage, from the plan of a sentence of ten seconds. */
    private static final Map<String, Double> BEFORE = Map.of(
            KokoroNetwork.TEXT,
            0.0,
            KokoroNetwork.DURATIONS,
            0.02,
            KokoroNetwork.PITCH,
            0.03,
            KokoroNetwork.DECODER,
            0.05,
            KokoroNetwork.SOURCE,
            0.09,
            Generator.stageName(0),
            0.1,
            Generator.stageName(1),
            0.4,
            Generator.SAMPLES,
            0.98);

    private final SpeechListener listener;
    private final List<Passage> passages;
    private final double total;
    private int current;
    private double before;

    Progress(SpeechListener listener, List<Passage> passages) {
        this.listener = listener;
        this.passages = passages;
        this.total = passages.stream().mapToDouble(Progress::length).sum();
    }

    private static double length(Passage passage) {
        return passage.phonemes().length();
    }

    void stageBegins(String stage) {
        tell(before + BEFORE.getOrDefault(stage, 0.0) * length(passages.get(current)));
    }

    void passageDone() {
        before += length(passages.get(current++));
        tell(before);
    }

    private void tell(double done) {
        if (!listener.onProgress(done / total)) {
            throw new CancellationException("stopped by the listener");
        }
    }
}
