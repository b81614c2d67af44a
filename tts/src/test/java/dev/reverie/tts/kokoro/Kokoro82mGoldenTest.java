package dev.reverie.tts.kokoro;

import static dev.reverie.testing.Layout.channelsFirst;
import static dev.reverie.testing.Layout.channelsLast;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Ops;
import dev.reverie.tensor.Spectra;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.io.Json;
import dev.reverie.tensor.random.TorchRandom;
import dev.reverie.testing.GoldenCase;
import dev.reverie.testing.Goldens;
import dev.reverie.tts.kokoro.KokoroNetwork.Prosody;
import dev.reverie.tts.kokoro.KokoroNetwork.Style;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The real weights, stage by stage. */
class Kokoro82mGoldenTest {
    private static final Map<Path, KokoroModel> LOADED = new ConcurrentHashMap<>();

    @TestFactory
    Stream<DynamicTest> goldens() {
        return Goldens.tests(List.of("kokoro-82m"), Map.of("kokoro-82m", golden -> {
            KokoroNetwork network = model(golden).network();
            KokoroGoldenTest.inFrame(frame -> new Utterance(frame, golden, network).check());
        }));
    }

    /** The folder that the case names, or the project's own copy. */
    private static KokoroModel model(GoldenCase golden) throws IOException {
        Path named = golden.folder().resolve(golden.json().getString("model")).normalize();
        Path folder = Files.isDirectory(named)
                ? named
                : Goldens.repository().resolve("models/kokoro/src/main/resources/dev/reverie/models/kokoro");
        KokoroModel known = LOADED.get(folder);
        if (known == null) {
            known = KokoroModel.load(folder);
            LOADED.put(folder, known);
        }
        return known;
    }

    /** One case, its stages in order. */
    private record Utterance(Frame frame, GoldenCase golden, KokoroNetwork network) {

        void check() throws IOException {
            int[] ids = golden.ints("ids");
            assertArrayEquals(ids, network.config().ids(golden.json().getString("phonemes")));
            Tensor reference = golden.input("ref_s");
            Tensor halves = reference.reshape(2, reference.elementCount() / 2);
            Style style = new Style(halves.rows(0, 1), halves.rows(1, 2));
            float speed = golden.input("speed").get(0);

            text(ids, style);
            Prosody prosody = network.prosody(frame, ids, style, speed);
            durations(prosody.durations());
            sound(ids, style, prosody);
        }

        private void text(int[] ids, Style style) throws IOException {
            if (!golden.expects("bert")) {
                return;
            }
            Tensor bert = network.bert().apply(frame, new int[][] {ids}, null);
            compare("bert", bert);
            Tensor states = network.bertEncoder().apply(frame, bert);
            compare("d_en", channelsFirst(states));
            Tensor mixed = network.predictor().encoder().apply(frame, states, style.prosody());
            compare("d", mixed);
            compare("duration_logits", network.predictor().durationLogits(frame, mixed));
            compare("t_en", channelsFirst(network.textEncoder().apply(frame, ids)));
        }

        private void durations(int[] got) throws IOException {
            Tensor want = golden.expected("pred_dur");
            int[] expected = new int[want.elementCount()];
            Arrays.setAll(expected, i -> (int) want.get(i));
            assertArrayEquals(expected, got);
            golden.compared("pred_dur");
        }

        private void sound(int[] ids, Style style, Prosody prosody) throws IOException {
            Tensor states = KokoroNetwork.everyFrame(frame, prosody.states(), prosody.durations());
            compareIfExpected("en", channelsFirst(states));
            Tensor shared = network.predictor().shared().apply(frame, states);
            Tensor pitch = network.predictor().pitch().apply(frame, shared, style.prosody());
            Tensor energy = network.predictor().energy().apply(frame, shared, style.prosody());
            compare("F0", pitch);
            compare("N", energy);
            Tensor text = KokoroNetwork.everyFrame(frame, network.textEncoder().apply(frame, ids), prosody.durations());
            compareIfExpected("asr", channelsFirst(text));
            Tensor decoded = network.decoder().apply(frame, text, pitch, energy, style.timbre());
            compareIfExpected("decoder", channelsFirst(decoded));
            Generator generator = network.decoder().generator();
            Tensor noise = noise(pitch.dim(1) * network.config().generator().samplesPerPitch());
            Tensor source = generator.source().apply(frame, pitch, noise);
            compare("har_source", source);
            givenParts(style, noise);
            whole(generator.vocode(frame, decoded, style.timbre(), source));
        }

        private Tensor noise(int samples) throws IOException {
            if (golden.has("in.random.1")) {
                return golden.input("random.1");
            }
            TorchRandom random = new TorchRandom(golden.json().getInt("seed"));
            random.rand(9);
            return random.randn(1, samples, 9);
        }

        /** Single stages on the reference's own inputs. */
        private void givenParts(Style style, Tensor noise) throws IOException {
            Json given = golden.json().get("given");
            Generator generator = network.decoder().generator();
            Tensor pitch = golden.expected("F0");
            Tensor source = generator.source().apply(frame, pitch.reshape(1, pitch.elementCount(), 1), noise);
            golden.compare("har_source", source, given.get("har_source").getDouble("atol"), 0);
            Json audio = given.find("audio");
            if (audio == null) {
                return;
            }
            Tensor decoded = channelsLast(golden.expected("decoder"));
            Tensor sound;
            if (audio.getStrings("from").contains("har")) {
                spectrum();
                sound = generator.synthesise(frame, decoded, style.timbre(), channelsLast(golden.expected("har")));
            } else {
                sound = generator.vocode(frame, decoded, style.timbre(), golden.expected("har_source"));
            }
            requireSnr("audio of given parts", sound, audio.getDouble("snr_db"));
        }

        /** Spectra are compared as complex numbers, since an angle next to +-pi may turn by 2 pi. */
        private void spectrum() throws IOException {
            Tensor source = golden.expected("har_source");
            Spectra.Polar polar = new Spectra(20, 5).polar(frame, source);
            Tensor got = channelsFirst(Ops.concat(frame, polar.magnitude(), polar.phase()));
            Tensor want = golden.expected("har");
            int half = want.elementCount() / 2;
            double atol = golden.json().getDouble("atol");
            for (int i = 0; i < half; i++) {
                double re = got.get(i) * Math.cos(got.get(half + i)) - want.get(i) * Math.cos(want.get(half + i));
                double im = got.get(i) * Math.sin(got.get(half + i)) - want.get(i) * Math.sin(want.get(half + i));
                assertTrue(Math.hypot(re, im) <= atol, "har, element " + i);
            }
            golden.compared("har");
        }

        private void whole(Tensor audio) throws IOException {
            Json bounds = golden.json().get("audio");
            requireSnr("audio", audio, bounds.getDouble("snr_db"));
            double distance = LogMel.distance(golden.expected("audio"), audio);
            assertTrue(distance <= bounds.getDouble("log_mel"), "log-mel distance " + distance);
            golden.compared("audio");
        }

        private void requireSnr(String what, Tensor got, double bound) throws IOException {
            Tensor want = golden.expected("audio");
            assertTrue(got.elementCount() == want.elementCount(), what + ": " + got.shape() + ", want " + want.shape());
            double signal = 0;
            double noise = 0;
            for (int i = 0; i < want.elementCount(); i++) {
                double off = (double) want.get(i) - got.get(i);
                signal += (double) want.get(i) * want.get(i);
                noise += off * off;
            }
            double snr = 10 * Math.log10(signal / Math.max(noise, 1e-30));
            assertTrue(snr >= bound, "%s: SNR %.1f dB, want %.1f".formatted(what, snr, bound));
        }

        private void compareIfExpected(String name, Tensor got) throws IOException {
            if (golden.expects(name)) {
                compare(name, got);
            }
        }

        private void compare(String name, Tensor got) throws IOException {
            Json bounds = golden.json().get("tolerances").get(name);
            golden.compare(
                    name,
                    got,
                    bounds.asList().get(0).asDouble(),
                    bounds.asList().get(1).asDouble());
        }
    }
}
