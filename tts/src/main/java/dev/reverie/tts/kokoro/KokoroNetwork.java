package dev.reverie.tts.kokoro;

import dev.reverie.nn.Linear;
import dev.reverie.nn.encoder.Albert;
import dev.reverie.tensor.Activation;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Ops;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.Workspace;
import dev.reverie.tensor.io.WeightScope;
import dev.reverie.tensor.random.TorchRandom;

/**
 * The whole network: ids of phonemes and a style to samples.
 *
 * <p>Immutable; every pass has its own {@link Workspace}.
 */
record KokoroNetwork(
        Albert bert,
        Linear bertEncoder,
        ProsodyPredictor predictor,
        TextEncoder textEncoder,
        Decoder decoder,
        KokoroConfig config) {

    /** Names of the stages, for plans and progress. */
    static final String TEXT = "text";

    static final String DURATIONS = "durations";
    static final String PITCH = "pitch and energy";
    static final String DECODER = "decoder";
    static final String SOURCE = "source";

    /** The two halves of a voice's style vector, {@code [1, S]} each. */
    record Style(Tensor timbre, Tensor prosody) {}

    /**
     * What is known before the sound is made.
     *
     * @param states {@code [1, L, D + S]}
     * @param durations frames of each id
     */
    record Prosody(Tensor states, int[] durations) {}

    /** Reads the tensors of a {@code KModel}, the five parts' names in front. */
    static KokoroNetwork load(WeightScope scope, KokoroConfig config) {
        int width = config.hiddenDim();
        return new KokoroNetwork(
                Albert.load(scope.at("bert"), config.bert()),
                Linear.load(scope.at("bert_encoder"), config.bert().hiddenSize(), width),
                ProsodyPredictor.load(
                        scope.at("predictor"), config.styleDim(), width, config.layers(), config.maxDuration()),
                TextEncoder.load(
                        scope.at("text_encoder"),
                        width,
                        config.textEncoderKernel(),
                        config.layers(),
                        config.bert().vocabulary()),
                Decoder.load(scope.at("decoder"), config),
                config);
    }

    /** Predicts how long each id lasts; {@code speed} divides the durations. */
    Prosody prosody(Frame caller, int[] ids, Style style, float speed) {
        try (Frame frame = caller.frame()) {
            Tensor states = frame.keep(states(frame, ids, style));
            return new Prosody(states, durations(likely(frame, states), speed));
        }
    }

    /** The same in a workspace that measures, for durations that are known. */
    Prosody measuredProsody(Frame caller, int[] ids, Style style, int[] durations) {
        try (Frame frame = caller.frame()) {
            Tensor states = frame.keep(states(frame, ids, style));
            likely(frame, states);
            return new Prosody(states, durations);
        }
    }

    private Tensor states(Frame caller, int[] ids, Style style) {
        try (Frame frame = caller.frame()) {
            caller.workspace().stage(TEXT);
            Tensor states = bertEncoder.apply(frame, bert.apply(frame, new int[][] {ids}, null));
            caller.workspace().stage(DURATIONS);
            return frame.keep(predictor.encoder().apply(frame, states, style.prosody()));
        }
    }

    /** Probability that each id still sounds after 1, 2 .. frames: {@code [1, L, max]}. */
    private Tensor likely(Frame frame, Tensor states) {
        return Ops.activate(frame, predictor.durationLogits(frame, states), Activation.SIGMOID);
    }

    /** Sum of probabilities over speed, rounded half to even, at least 1. */
    static int[] durations(Tensor likely, float speed) {
        int length = likely.dim(1);
        int width = likely.dim(2);
        int[] durations = new int[length];
        for (int i = 0; i < length; i++) {
            float sum = 0;
            for (int j = 0; j < width; j++) {
                sum += likely.get(i * width + j);
            }
            durations[i] = Math.max(1, (int) Math.rint(sum / speed));
        }
        return durations;
    }

    /** Samples in {@code [1, frames 600]} for ids of known durations. */
    Tensor samples(Frame caller, int[] ids, Prosody prosody, Style style, Noise noise) {
        try (Frame frame = caller.frame()) {
            caller.workspace().stage(PITCH);
            Tensor states = everyFrame(frame, prosody.states(), prosody.durations());
            Tensor shared = predictor.shared().apply(frame, states);
            Tensor pitch = predictor.pitch().apply(frame, shared, style.prosody());
            Tensor energy = predictor.energy().apply(frame, shared, style.prosody());
            caller.workspace().stage(DECODER);
            Tensor text = everyFrame(frame, textEncoder.apply(frame, ids), prosody.durations());
            Tensor decoded = decoder.apply(frame, text, pitch, energy, style.timbre());
            caller.workspace().stage(SOURCE);
            Generator generator = decoder.generator();
            Tensor drawn = noise.draw(
                    frame,
                    pitch.dim(1) * config.generator().samplesPerPitch(),
                    generator.source().harmonics());
            return frame.keep(generator.apply(frame, decoded, style.timbre(), pitch, drawn));
        }
    }

    /** Repeats each id's row for its frames: {@code [1, L, C] -> [1, F, C]}. */
    static Tensor everyFrame(Frame frame, Tensor rows, int[] durations) {
        Tensor repeated = Ops.repeatRows(frame, rows.reshape(rows.dim(1), rows.dim(2)), durations);
        return repeated.reshape(1, repeated.dim(0), repeated.dim(1));
    }

    /** Where the source's noise comes from. */
    @FunctionalInterface
    interface Noise {
        /** {@code [1, samples, harmonics]}, standard normal. */
        Tensor draw(Frame frame, int samples, int harmonics);

        /** What PyTorch draws of that seed. */
        static Noise of(long seed) {
            return (frame, samples, harmonics) -> {
                Tensor drawn = frame.tensor(1, samples, harmonics);
                if (!frame.isMeasuring()) {
                    TorchRandom random = new TorchRandom(seed);
                    random.rand(harmonics); // the reference draws initial phases first, which have no effect
                    random.fillNormal(drawn);
                }
                return drawn;
            };
        }
    }
}
