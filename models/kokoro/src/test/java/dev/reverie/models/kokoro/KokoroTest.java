package dev.reverie.models.kokoro;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reverie.nn.ClosedModelException;
import dev.reverie.tts.Speech;
import dev.reverie.tts.SpeechListener;
import dev.reverie.tts.SpeechModel;
import dev.reverie.tts.SpeechRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The embedded model, as a program uses it. */
class KokoroTest {
    private static SpeechModel model;

    @BeforeAll
    static void load() throws IOException {
        model = Kokoro.embedded();
    }

    @AfterAll
    static void close() {
        model.close();
    }

    @Test
    void speaksAndTellsWhen() {
        List<Double> progress = new ArrayList<>();
        List<Speech> passages = new ArrayList<>();
        Speech speech = model.speak(SpeechRequest.of("Hi there."), new SpeechListener() {
            @Override
            public boolean onProgress(double done) {
                progress.add(done);
                return true;
            }

            @Override
            public void onPassage(Speech passage) {
                passages.add(passage);
            }
        });
        assertEquals(24_000, speech.sampleRateHz());
        assertTrue(speech.seconds() > 0.5 && speech.seconds() < 3, speech.seconds() + " s");
        assertEquals(
                List.of("Hi", "there"),
                speech.words().stream().map(Speech.Word::text).toList());
        assertEquals(1.0, progress.getLast());
        assertEquals(progress.stream().sorted().toList(), progress);
        assertEquals(1, passages.size());
        assertArrayEquals(speech.samples(), passages.getFirst().samples());
        double loudest = 0;
        for (float sample : speech.samples()) {
            loudest = Math.max(loudest, Math.abs(sample));
        }
        assertTrue(loudest > 0.05 && loudest < 1, "loudest sample " + loudest);
    }

    @Test
    void seedsAndVoicesAreHeard() {
        SpeechRequest request = SpeechRequest.of("Hi.");
        float[] samples = model.speak(request).samples();
        assertArrayEquals(samples, model.speak(request).samples());
        assertFalse(Arrays.equals(samples, model.speak(request.withSeed(1)).samples()));
        assertFalse(Arrays.equals(
                samples, model.speak(request.withVoice("af_heart,am_michael")).samples()));
    }

    @Test
    void speedShortensTheSound() {
        SpeechRequest request = SpeechRequest.of("Hello over there.");
        double normal = model.plan(request).seconds();
        assertTrue(model.plan(request.withSpeed(2)).seconds() < 0.7 * normal);
        assertTrue(model.plan(request.withSpeed(0.5)).seconds() > 1.5 * normal);
    }

    @Test
    void theListenerStopsItAtEveryStep() {
        for (int step = 1; step <= 8; step++) {
            int last = step;
            int[] heard = {0};
            SpeechListener stopping = new SpeechListener() {
                @Override
                public boolean onProgress(double done) {
                    return ++heard[0] < last;
                }
            };
            assertThrows(CancellationException.class, () -> model.speak(SpeechRequest.of("Hi."), stopping));
            assertEquals(step, heard[0]);
        }
    }

    @Test
    void anInterruptStopsIt() {
        SpeechListener interrupting = new SpeechListener() {
            @Override
            public boolean onProgress(double done) {
                Thread.currentThread().interrupt();
                return true;
            }
        };
        assertThrows(CancellationException.class, () -> model.speak(SpeechRequest.of("Hi."), interrupting));
        assertTrue(Thread.interrupted());
    }

    /** RELIABILITY case 35. */
    @Test
    void aClosedModelSaysSo() throws IOException {
        SpeechModel own = Kokoro.embedded();
        SpeechListener closing = new SpeechListener() {
            @Override
            public boolean onProgress(double done) {
                own.close();
                return true;
            }
        };
        assertThrows(ClosedModelException.class, () -> own.speak(SpeechRequest.of("Hi."), closing));
        own.close();
        assertThrows(ClosedModelException.class, () -> own.speak(SpeechRequest.of("Hi.")));
        assertThrows(ClosedModelException.class, () -> own.plan(SpeechRequest.of("Hi.")));
    }

    @Test
    void whatCannotBeSpokenIsRefusedWithASentence() {
        for (String text : List.of("...", "?!", "—", "\u0001\u0002")) {
            assertThrows(IllegalArgumentException.class, () -> model.speak(SpeechRequest.of(text)), text);
        }
        assertThrows(IllegalArgumentException.class, () -> SpeechRequest.of(""));
        assertThrows(IllegalArgumentException.class, () -> SpeechRequest.of(" \n"));
        SpeechRequest megabyte = SpeechRequest.of("word ".repeat(200_000));
        Exception tooLong = assertThrows(IllegalArgumentException.class, () -> model.speak(megabyte));
        assertTrue(String.valueOf(tooLong.getMessage()).contains("1,000,000 characters"), tooLong.getMessage());
        SpeechRequest slow = SpeechRequest.of("word ".repeat(12_000)).withSpeed(0.5);
        Exception tooSlow = assertThrows(IllegalArgumentException.class, () -> model.speak(slow));
        assertTrue(String.valueOf(tooSlow.getMessage()).contains("at most 50,000"), tooSlow.getMessage());
        SpeechRequest request = SpeechRequest.of("Hi.");
        for (double speed : new double[] {0, -1, 0.2, 4.1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThrows(IllegalArgumentException.class, () -> request.withSpeed(speed), "speed " + speed);
        }
        Exception e = assertThrows(IllegalArgumentException.class, () -> model.speak(request.withVoice("nobody")));
        assertTrue(String.valueOf(e.getMessage()).contains("af_heart"), e.getMessage());
    }
}
