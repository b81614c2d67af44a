package dev.reverie.tts.kokoro;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.Workspace;
import dev.reverie.testing.Goldens;
import dev.reverie.tts.SpeechPlan;
import dev.reverie.tts.SpeechRequest;
import dev.reverie.tts.kokoro.KokoroNetwork.Prosody;
import dev.reverie.tts.kokoro.KokoroNetwork.Style;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** What the planner says, and what a run takes, agree to the byte. */
class KokoroPlanTest {
    @Test
    void planAndRunAgree() throws IOException {
        try (KokoroModel model = KokoroModel.load(
                Goldens.repository().resolve("models/kokoro/src/main/resources/dev/reverie/models/kokoro"))) {
            SpeechRequest request = SpeechRequest.of("Plans agree.").withVoice("af_bella");
            SpeechPlan plan = model.plan(request);
            int[] ids = model.network().config().ids(model.phonemes(request));
            Tensor style = model.voice("af_bella").style(ids.length - 2);
            Tensor halves = style.reshape(2, 128);
            Style both = new Style(halves.rows(0, 1), halves.rows(1, 2));
            try (Workspace workspace = Workspace.create();
                    Frame frame = workspace.frame()) {
                Prosody prosody = model.network().prosody(frame, ids, both, 1f);
                Tensor samples = model.network()
                        .samples(
                                frame,
                                ids,
                                prosody,
                                both,
                                (f, count, harmonics) -> f.tensor(Shape.of(1, count, harmonics)));
                assertEquals(plan.workspaceBytes(), workspace.peakBytes());
                assertEquals(plan.stages(), workspace.stageCosts());
                assertEquals(plan.seconds(), samples.elementCount() / 24_000.0, 1e-9);
            }
        }
    }
}
