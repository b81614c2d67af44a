package dev.reverie.bench;

import dev.reverie.tts.kokoro.KokoroPass;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Makes calls of whole networks. The last one loaded stays, since requests of one network follow each other. */
final class Networks {
    private @Nullable String loadedFolder;
    private @Nullable KokoroPass loaded;

    /** A call, or null for a network that the library does not have. */
    @Nullable
    Call prepare(Workload w) throws IOException {
        return w.operation().equals("kokoro") ? kokoro(w.text("dir"), Path.of(w.text("golden"))) : null;
    }

    private Call kokoro(String folder, Path golden) throws IOException {
        KokoroPass network = loaded;
        if (network == null || !folder.equals(loadedFolder)) {
            network = KokoroPass.load(Path.of(folder));
            loaded = network;
            loadedFolder = folder;
        }
        KokoroPass.Input input = KokoroPass.Input.read(golden);
        KokoroPass ready = network;
        return frame -> ready.run(frame, input);
    }
}
