package dev.reverie.tts;

import dev.reverie.nn.ClosedModelException;
import dev.reverie.tts.kokoro.KokoroModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A voice that reads text aloud.
 *
 * <p>A loaded model is immutable and shared between threads. {@link #close} does not wait for texts that are being read;
 * they end with a {@link ClosedModelException}. An interrupted thread stops within one step with a {@link
 * java.util.concurrent.CancellationException}.
 *
 * {@snippet :
 * try (SpeechModel model = SpeechModel.load(Path.of("Kokoro-82M"))) {
 *     Speech speech = model.speak(SpeechRequest.of("Dreams are made in Java.").withVoice("af_heart"));
 *     speech.writeWav(Path.of("dream.wav"));
 * }
 * }
 */
public interface SpeechModel extends AutoCloseable {

    /**
     * Loads the model that a folder holds, as Hugging Face hosts it; the family is found from its {@code config.json}.
     *
     * @throws dev.reverie.tensor.io.CheckpointException if a file is missing, damaged or of no known family; the message
     *     names file and rule
     * @throws IOException if a file cannot be read
     */
    static SpeechModel load(Path folder) throws IOException {
        return KokoroModel.load(folder);
    }

    /** Reads a text aloud. */
    default Speech speak(SpeechRequest request) {
        return speak(request, SpeechListener.NONE);
    }

    /**
     * Reads a text aloud, and tells how far it is; each passage is handed over as soon as it is spoken.
     *
     * @throws IllegalArgumentException if there is no such voice, nothing in the text to speak, or more than is spoken at
     *     once
     * @throws java.util.concurrent.CancellationException if the listener or an interrupt stopped it
     * @throws ClosedModelException if the model was closed
     * @throws java.io.UncheckedIOException if the voice's file is damaged or cannot be read; the message names it
     */
    Speech speak(SpeechRequest request, SpeechListener listener);

    /** Names of the voices, sorted. */
    List<String> voices();

    /**
     * What the model will say, in its own phonemes, of a text of any length.
     *
     * @throws IllegalArgumentException if there is no such voice, or nothing in the text to speak
     * @throws ClosedModelException if the model was closed
     */
    String phonemes(SpeechRequest request);

    /**
     * What {@link #speak} would take, found by predicting durations and measuring the rest without computing it.
     *
     * @throws IllegalArgumentException if there is no such voice, or nothing in the text to speak
     * @throws ClosedModelException if the model was closed
     */
    SpeechPlan plan(SpeechRequest request);

    @Override
    void close();
}
