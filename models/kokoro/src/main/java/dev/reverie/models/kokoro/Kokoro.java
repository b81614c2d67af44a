package dev.reverie.models.kokoro;

import dev.reverie.tensor.io.EmbeddedFolder;
import dev.reverie.tts.SpeechModel;
import java.io.IOException;

/** Kokoro-82M v1.0, which this artifact holds: no download, no folder. */
public final class Kokoro {
    private Kokoro() {}

    /**
     * Loads the embedded model.
     *
     * @throws IOException if the artifact cannot be read
     */
    public static SpeechModel embedded() throws IOException {
        return SpeechModel.load(EmbeddedFolder.of(Kokoro.class.getResource("config.json"), "reverie-model-kokoro"));
    }
}
