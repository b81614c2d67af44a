package dev.reverie.tensor.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedFolderTest {
    private static final String ARTIFACT = "reverie-model-fox";
    private static final String PROPERTY = "reverie.model.fox";

    @TempDir
    Path temporary;

    @Test
    void isWhereTheFileLies() throws IOException {
        Path file = Files.writeString(temporary.resolve("config.json"), "{}");
        assertEquals(temporary, EmbeddedFolder.of(file.toUri().toURL(), ARTIFACT));
    }

    @Test
    void mayLieInAJar() throws IOException {
        Path jar = temporary.resolve("fox.jar");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            out.putNextEntry(new JarEntry("fox/config.json"));
            out.write('7');
        }
        URI file = URI.create("jar:" + jar.toUri() + "!/fox/config.json");
        Path folder = EmbeddedFolder.of(file.toURL(), ARTIFACT);
        assertEquals("7", Files.readString(folder.resolve("config.json")));
        assertEquals(folder, EmbeddedFolder.of(file.toURL(), ARTIFACT)); // open already
    }

    @Test
    void aPropertyNamesAnUnpackedFolder() throws IOException {
        System.setProperty(PROPERTY, temporary.toString());
        try {
            assertEquals(temporary, EmbeddedFolder.of(null, ARTIFACT));
        } finally {
            System.clearProperty(PROPERTY);
        }
        CheckpointException absent = assertThrows(CheckpointException.class, () -> EmbeddedFolder.of(null, ARTIFACT));
        assertEquals("the artifact reverie-model-fox does not hold the model's files", absent.getMessage());
    }
}
