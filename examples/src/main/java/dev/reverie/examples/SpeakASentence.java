package dev.reverie.examples;

import dev.reverie.models.kokoro.Kokoro;
import dev.reverie.tts.Speech;
import dev.reverie.tts.SpeechModel;
import dev.reverie.tts.SpeechRequest;
import java.io.IOException;
import java.nio.file.Path;

/** How do I speak a sentence? {@code examples/run SpeakASentence ["A TEXT" [FILE]]} */
public final class SpeakASentence {
    private SpeakASentence() {}

    public static void main(String... args) throws IOException {
        String text = args.length > 0 ? args[0] : "Dreams are made in Java.";
        Path file = Path.of(args.length > 1 ? args[1] : "dream.wav");

        // Loading takes a moment: keep the model for many requests, also from many threads.
        try (SpeechModel model = Kokoro.embedded()) {
            Speech speech = model.speak(SpeechRequest.of(text).withVoice("af_heart"));
            speech.writeWav(file);

            System.out.printf("%s: %.2f s%n", file, speech.seconds());
            // The network predicts how long every sound lasts, so the time of each word is known.
            for (Speech.Word word : speech.words()) {
                System.out.printf("%6.2f to %.2f s  %s%n", word.startSeconds(), word.endSeconds(), word.text());
            }
        }
    }
}
