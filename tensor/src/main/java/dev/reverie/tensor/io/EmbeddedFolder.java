package dev.reverie.tensor.io;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystemAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The folder that a model's artifact holds among its classes: on disk, or in a jar.
 *
 * <p>Weights in a jar cannot be mapped: they are copied to the heap. Whoever wants to spare that unpacks the folder, and
 * names it in a system property: {@code -Dreverie.model.kokoro=DIR} for {@code reverie-model-kokoro}.
 */
public final class EmbeddedFolder {
    private EmbeddedFolder() {}

    /**
     * The folder that {@code file} lies in. A jar stays open as long as the JVM, as it does for its classes.
     *
     * @param file what {@code Class.getResource} said; only the artifact's own module may ask it
     * @param artifact name for the message where {@code file} is null
     * @throws IOException if it is not there, or not within files
     */
    public static Path of(@Nullable URL file, String artifact) throws IOException {
        String unpacked = System.getProperty(artifact.replace('-', '.'));
        if (unpacked != null) {
            return Path.of(unpacked);
        }
        if (file == null) {
            throw new CheckpointException("the artifact " + artifact + " does not hold the model's files");
        }
        Path path = path(file);
        Path folder = path.getParent();
        if (folder == null) {
            throw new IOException(file + ": lies in no folder");
        }
        return folder;
    }

    private static synchronized Path path(URL url) throws IOException {
        URI uri;
        try {
            uri = url.toURI();
        } catch (URISyntaxException e) {
            throw new IOException(url + ": is no place of a file", e);
        }
        if (uri.getScheme().equals("jar")) {
            try {
                FileSystems.newFileSystem(uri, Map.of());
            } catch (FileSystemAlreadyExistsException e) {
                // opened by an earlier call
            }
        }
        return Path.of(uri);
    }
}
