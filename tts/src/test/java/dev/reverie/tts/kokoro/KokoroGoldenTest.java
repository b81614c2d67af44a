package dev.reverie.tts.kokoro;

import static dev.reverie.testing.Layout.channelsFirst;
import static dev.reverie.testing.Layout.channelsLast;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reverie.tensor.Activation;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Ops;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Spectra;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.Workspace;
import dev.reverie.tensor.io.Checkpoint;
import dev.reverie.tensor.io.Json;
import dev.reverie.tensor.io.WeightScope;
import dev.reverie.testing.GoldenCase;
import dev.reverie.testing.Goldens;
import dev.reverie.tts.kokoro.KokoroConfig.GeneratorConfig;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Kokoro's modules at small widths. */
class KokoroGoldenTest {
    @FunctionalInterface
    private interface Module {
        void run(Frame frame, GoldenCase golden, WeightScope weights) throws IOException;
    }

    @TestFactory
    Stream<DynamicTest> goldens() {
        Map<String, Goldens.Runner> runners = new HashMap<>();
        runners.put("kokoro-adain-resblk1d", module(KokoroGoldenTest::styleBlock));
        runners.put("kokoro-adain-resblock1", module(KokoroGoldenTest::snakeBlock));
        runners.put("kokoro-text-encoder", module(KokoroGoldenTest::textEncoder));
        runners.put("kokoro-prosody-predictor", module(KokoroGoldenTest::prosody));
        runners.put("kokoro-source", module(KokoroGoldenTest::source));
        runners.put("kokoro-generator", module(KokoroGoldenTest::generator));
        runners.put("stft", golden -> inFrame(frame -> stft(frame, golden)));
        return Goldens.tests(List.of("kokoro"), runners);
    }

    @FunctionalInterface
    interface Body {
        void run(Frame frame) throws IOException;
    }

    static void inFrame(Body body) throws IOException {
        try (Workspace workspace = Workspace.create();
                Frame frame = workspace.frame()) {
            body.run(frame);
        }
    }

    private static Goldens.Runner module(Module module) {
        return golden -> inFrame(frame -> {
            try (Checkpoint weights = golden.weights()) {
                module.run(frame, golden, weights.root());
                weights.finish();
            }
        });
    }

    private static void styleBlock(Frame frame, GoldenCase golden, WeightScope weights) throws IOException {
        Json config = golden.config();
        StyleBlock block = StyleBlock.load(
                weights,
                config.getInt("dim_in"),
                config.getInt("dim_out"),
                config.getInt("style_dim"),
                config.getBoolean("upsample", false));
        golden.compare("y", channelsFirst(block.apply(frame, channelsLast(golden.input("x")), golden.input("style"))));
    }

    private static void snakeBlock(Frame frame, GoldenCase golden, WeightScope weights) throws IOException {
        Json config = golden.config();
        List<Integer> dilations =
                Arrays.stream(config.getInts("dilation")).boxed().toList();
        SnakeBlock block = SnakeBlock.load(
                weights,
                config.getInt("channels"),
                config.getInt("kernel_size"),
                dilations,
                config.getInt("style_dim"));
        golden.compare("y", channelsFirst(block.apply(frame, channelsLast(golden.input("x")), golden.input("style"))));
    }

    private static void textEncoder(Frame frame, GoldenCase golden, WeightScope weights) throws IOException {
        Json config = golden.config();
        TextEncoder encoder = TextEncoder.load(
                weights,
                config.getInt("channels"),
                config.getInt("kernel_size"),
                config.getInt("depth"),
                config.getInt("n_symbols"));
        golden.compare("y", channelsFirst(encoder.apply(frame, golden.ints("input_ids"))));
    }

    private static void prosody(Frame frame, GoldenCase golden, WeightScope weights) throws IOException {
        Json config = golden.config();
        ProsodyPredictor predictor = ProsodyPredictor.load(
                weights,
                config.getInt("style_dim"),
                config.getInt("d_hid"),
                config.getInt("nlayers"),
                config.getInt("max_dur"));
        Tensor style = golden.input("style");
        Tensor states = predictor.encoder().apply(frame, channelsLast(golden.input("d_en")), style);
        golden.compare("d", states);
        Tensor likely = Ops.activate(frame, predictor.durationLogits(frame, states), Activation.SIGMOID);
        golden.compare("duration", rowSums(likely));
        Tensor shared = predictor.shared().apply(frame, channelsLast(golden.input("en")));
        golden.compare("F0", predictor.pitch().apply(frame, shared, style));
        golden.compare("N", predictor.energy().apply(frame, shared, style));
    }

    private static Tensor rowSums(Tensor x) {
        Tensor sums = Tensor.zeros(Shape.of(x.shape().rows()));
        for (int i = 0; i < x.elementCount(); i++) {
            sums.data()[i / x.dim(-1)] += x.get(i);
        }
        return sums;
    }

    private static void source(Frame frame, GoldenCase golden, WeightScope weights) throws IOException {
        int perPitch = golden.config().getInt("upsample_scale");
        Tensor f0 = golden.input("f0");
        Tensor pitch = Tensor.zeros(Shape.of(1, f0.elementCount() / perPitch, 1));
        for (int i = 0; i < f0.elementCount(); i++) {
            pitch.data()[i / perPitch] = f0.get(i);
        }
        SineSource source = SineSource.load(weights, perPitch);
        golden.compare("sine_merge", source.apply(frame, pitch, golden.input("random.1")));
        golden.compared("uv"); // which samples are voiced decides their sound, so it is compared with that
    }

    private static void generator(Frame frame, GoldenCase golden, WeightScope weights) throws IOException {
        GeneratorConfig config = GeneratorConfig.read(golden.config());
        Generator generator = Generator.load(weights, config, golden.config().getInt("style_dim"));
        Tensor f0 = golden.input("f0");
        Tensor audio = generator.apply(
                frame,
                channelsLast(golden.input("x")),
                golden.input("style"),
                f0.reshape(1, f0.elementCount(), 1),
                golden.input("random.2"));
        golden.compare("audio", audio);
    }

    /** Angles are compared as points of the circle, weighted by their magnitude: next to +-pi they may turn by 2 pi. */
    private static void stft(Frame frame, GoldenCase golden) throws IOException {
        int fft = golden.json().getInt("filter_length");
        int hop = golden.json().getInt("hop_length");
        Spectra spectra = new Spectra(fft, hop);
        Spectra.Polar polar = spectra.polar(frame, golden.input("x"));
        golden.compare("magnitude", channelsFirst(polar.magnitude()));
        Tensor magnitude = golden.expected("magnitude");
        Tensor phase = golden.expected("phase");
        Tensor got = channelsFirst(polar.phase());
        double atol = golden.json().getDouble("atol");
        double rtol = golden.json().getDouble("rtol");
        for (int i = 0; i < phase.elementCount(); i++) {
            double chord = 2 * Math.abs(Math.sin((phase.get(i) - got.get(i)) / 2)) * magnitude.get(i);
            assertTrue(
                    chord <= atol + rtol * magnitude.get(i),
                    "phase " + i + ": " + got.get(i) + ", want " + phase.get(i));
        }
        golden.compared("phase");
        golden.compare("inverse", spectra.inverse(frame, polar.magnitude(), polar.phase()));
    }

    /** Kept apart, because half to even decides what a listener hears. */
    @Test
    void durationsRoundHalfToEvenAndAreAtLeastOne() {
        Tensor likely = Tensor.of(Shape.of(1, 4, 2), new float[] {0.25f, 0.25f, 1f, 0.5f, 1f, 1.5f, 0f, 0.1f});
        assertArrayEquals(new int[] {1, 2, 2, 1}, KokoroNetwork.durations(likely, 1f));
        assertArrayEquals(new int[] {1, 1, 1, 1}, KokoroNetwork.durations(likely, 2f));
    }
}
