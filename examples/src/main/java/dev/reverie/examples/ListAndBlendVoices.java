package dev.reverie.examples;

import dev.reverie.models.kokoro.Kokoro;
import dev.reverie.tts.SpeechModel;
import dev.reverie.tts.SpeechRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Which voices are there, and how do I mix two? {@code examples/run ListAndBlendVoices [FOLDER]} */
public final class ListAndBlendVoices {
    private ListAndBlendVoices() {}

    public static void main(String... args) throws IOException {
        Path folder = Path.of(args.length > 0 ? args[0] : ".");

        try (SpeechModel model = Kokoro.embedded()) {
            System.out.println(String.join(" ", model.voices()));

            // A voice is a table of style vectors; a blend is their weighted mean.
            SpeechRequest request = SpeechRequest.of("Who am I?");
            List<String> blends = List.of("af_heart", "af_heart:0.5,am_michael:0.5", "am_michael");
            for (int i = 0; i < blends.size(); i++) {
                Path file = folder.resolve("blend-" + (i + 1) + ".wav");
                model.speak(request.withVoice(blends.get(i))).writeWav(file);
                System.out.println(file + ": " + blends.get(i));
            }
        }
    }
}
