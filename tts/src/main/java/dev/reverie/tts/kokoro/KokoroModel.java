package dev.reverie.tts.kokoro;

import dev.reverie.nn.ClosedModelException;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.Workspace;
import dev.reverie.tensor.Workspace.StageCost;
import dev.reverie.tts.Speech;
import dev.reverie.tts.SpeechListener;
import dev.reverie.tts.SpeechModel;
import dev.reverie.tts.SpeechPlan;
import dev.reverie.tts.SpeechRequest;
import dev.reverie.tts.g2p.Accent;
import dev.reverie.tts.g2p.EnglishG2p;
import dev.reverie.tts.kokoro.KokoroNetwork.Noise;
import dev.reverie.tts.kokoro.KokoroNetwork.Prosody;
import dev.reverie.tts.kokoro.KokoroNetwork.Style;
import dev.reverie.tts.kokoro.Passages.Passage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CancellationException;

/** Kokoro-82M: English in many voices, at 24 kHz. */
public final class KokoroModel implements SpeechModel {
    /** The vocoder makes this many samples a second. */
    public static final int SAMPLE_RATE_HZ = 24_000;

    /** Phonemes of one pass: about 15 s, whose tensors take less than half a gigabyte. */
    private static final int PASSAGE_PHONEMES = 250;

    /** At a voice's own speed: about two hours, a third of a gigabyte of samples an hour, and as much to join them. */
    private static final int MAX_SPOKEN_CHARACTERS = 100_000;

    private final KokoroNetwork network;
    private final Voices voices;
    private final long weightBytes;
    private volatile boolean closed;

    KokoroModel(KokoroNetwork network, Voices voices, long weightBytes) {
        this.network = network;
        this.voices = voices;
        this.weightBytes = weightBytes;
    }

    /**
     * Loads a folder with {@code config.json}, the weights (safetensors in one file or shards, or {@code .pth}) and
     * {@code voices/}.
     */
    public static KokoroModel load(Path folder) throws IOException {
        return KokoroFolder.load(folder);
    }

    KokoroNetwork network() {
        return network;
    }

    @Override
    public List<String> voices() {
        return voices.names();
    }

    @Override
    public String phonemes(SpeechRequest request) {
        requireOpen();
        List<String> passages = passages(request, VoiceBlend.parse(request.voice())).stream()
                .map(Passage::phonemes)
                .toList();
        return String.join(" ", passages);
    }

    @Override
    public Speech speak(SpeechRequest request, SpeechListener listener) {
        requireOpen();
        requireSpeakable(request);
        VoiceBlend blend = VoiceBlend.parse(request.voice());
        List<Passage> passages = passages(request, blend);
        Progress progress = new Progress(listener, passages);
        List<Speech> spoken = new ArrayList<>();
        for (Passage passage : passages) {
            Speech speech = speak(passage, blend, request, progress);
            progress.passageDone();
            listener.onPassage(speech);
            spoken.add(speech);
        }
        return Joints.joined(spoken);
    }

    /** Slow speech is longer sound of as many characters. */
    private static void requireSpeakable(SpeechRequest request) {
        int length = request.text().length();
        int most = (int) (MAX_SPOKEN_CHARACTERS * Math.min(1, request.speed()));
        if (length > most) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "a text of %,d characters; at most %,d are spoken at once at speed %s, cut it into chapters",
                    length,
                    most,
                    request.speed()));
        }
    }

    private Speech speak(Passage passage, VoiceBlend blend, SpeechRequest request, Progress progress) {
        int[] ids = network.config().ids(passage.phonemes());
        Style style = style(blend, ids.length - 2);
        try (Workspace workspace = Workspace.create(stage -> {
                    requireOpen();
                    progress.stageBegins(stage);
                });
                Frame frame = workspace.frame()) {
            Prosody prosody = network.prosody(frame, ids, style, (float) request.speed());
            Tensor samples = network.samples(frame, ids, prosody, style, Noise.of(request.seed()));
            return new Speech(
                    Joints.faded(samples.toArray()),
                    SAMPLE_RATE_HZ,
                    WordTimes.of(passage, request.text(), prosody.durations()));
        }
    }

    @Override
    public SpeechPlan plan(SpeechRequest request) {
        requireOpen();
        VoiceBlend blend = VoiceBlend.parse(request.voice());
        List<Passage> passages = passages(request, blend);
        Map<String, StageCost> stages = new LinkedHashMap<>();
        long peak = 0;
        long frames = 0;
        for (Passage passage : passages) {
            int[] durations = durations(passage, blend, request);
            try (Workspace workspace = Workspace.measuring()) {
                measure(workspace, passage, durations);
                peak = Math.max(peak, workspace.peakBytes());
                workspace.stageCosts().forEach(cost -> stages.merge(cost.name(), cost, StageCost::and));
            }
            for (int duration : durations) {
                frames += duration;
            }
        }
        double seconds = frames * 2.0 * network.config().generator().samplesPerPitch() / SAMPLE_RATE_HZ;
        return new SpeechPlan(seconds, passages.size(), List.copyOf(stages.values()), peak, weightBytes);
    }

    private int[] durations(Passage passage, VoiceBlend blend, SpeechRequest request) {
        int[] ids = network.config().ids(passage.phonemes());
        try (Workspace workspace = Workspace.create();
                Frame frame = workspace.frame()) {
            return network.prosody(frame, ids, style(blend, ids.length - 2), (float) request.speed())
                    .durations();
        }
    }

    /** Runs the network without computing; {@code durations} are what only computing can tell. */
    private void measure(Workspace workspace, Passage passage, int[] durations) {
        int[] ids = network.config().ids(passage.phonemes());
        Tensor half = Tensor.zeros(Shape.of(1, network.config().styleDim()));
        Style anyStyle = new Style(half, half);
        try (Frame frame = workspace.frame()) {
            Prosody prosody = network.measuredProsody(frame, ids, anyStyle, durations);
            network.samples(frame, ids, prosody, anyStyle, Noise.of(0));
        }
    }

    private List<Passage> passages(SpeechRequest request, VoiceBlend blend) {
        blend.parts().forEach(part -> voices.require(part.voice()));
        EnglishG2p g2p = EnglishG2p.of(blend.isBritish() ? Accent.GB : Accent.US, request.words());
        Map<Integer, Integer> vocabulary = network.config().vocabulary();
        // slow speech makes longer sound of as many phonemes
        int limit = (int) (Math.min(PASSAGE_PHONEMES, network.config().maxPhonemes()) * Math.min(1, request.speed()));
        List<Passage> passages =
                Passages.cut(g2p.phonemize(request.text()).tokens(), vocabulary::containsKey, Math.max(1, limit));
        if (passages.isEmpty()) {
            throw new IllegalArgumentException("there is nothing to speak in the text");
        }
        return passages;
    }

    /** The blend's style for a text of that many phonemes: timbre first, prosody second. */
    private Style style(VoiceBlend blend, int phonemes) {
        int width = network.config().styleDim();
        float[] sum = new float[2 * width];
        for (VoiceBlend.Part part : blend.parts()) {
            Tensor row = voice(part.voice()).style(phonemes);
            for (int i = 0; i < sum.length; i++) {
                sum[i] = Math.fma(part.share(), row.get(i), sum[i]);
            }
        }
        Tensor both = Tensor.of(Shape.of(2, width), sum);
        return new Style(both.rows(0, 1), both.rows(1, 2));
    }

    Voices.Voice voice(String name) {
        try {
            return voices.get(name);
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new ClosedModelException();
        }
        if (Thread.currentThread().isInterrupted()) {
            throw new CancellationException("interrupted");
        }
    }

    @Override
    public void close() {
        closed = true;
    }
}
