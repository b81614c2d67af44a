package dev.reverie.models.kokoro;

import dev.reverie.tensor.io.CheckpointException;
import dev.reverie.tts.SpeechModel;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystemAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.Map;

/** Kokoro-82M v1.0, which this artifact holds: no download, no folder. */
public final class Kokoro {
    private static final String CONFIG = "config.json";

    private Kokoro() {}

    /**
     * Loads the embedded model.
     *
     * @throws IOException if the artifact cannot be read
     */
    public static SpeechModel embedded() throws IOException {
        URL config = Kokoro.class.getResource(CONFIG);
        if (config == null) {
            throw new CheckpointException("the artifact reverie-model-kokoro does not hold " + CONFIG);
        }
        URI uri = uri(config);
        if (!uri.getScheme().equals("jar")) {
            return SpeechModel.load(folderOf(Path.of(uri)));
        }
        return SpeechModel.load(folderOf(insideJar(uri)));
    }

    /** The jar stays open as long as the JVM, as it does for its classes: voices are read when they are asked for. */
    private static synchronized Path insideJar(URI uri) throws IOException {
        try {
            FileSystems.newFileSystem(uri, Map.of());
        } catch (FileSystemAlreadyExistsException e) {
            // opened by an earlier call
        }
        return Path.of(uri);
    }

    private static URI uri(URL url) throws IOException {
        try {
            return url.toURI();
        } catch (URISyntaxException e) {
            throw new IOException(url + ": is no place of a file", e);
        }
    }

    private static Path folderOf(Path file) throws IOException {
        Path folder = file.getParent();
        if (folder == null) {
            throw new IOException(file + ": lies in no folder");
        }
        return folder;
    }
}
