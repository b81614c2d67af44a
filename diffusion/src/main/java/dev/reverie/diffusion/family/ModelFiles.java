package dev.reverie.diffusion.family;

import dev.reverie.tensor.io.Checkpoint;
import dev.reverie.tensor.io.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** TEMPORARY until the real one lands. */
public interface ModelFiles {
    static ModelFiles open(Path path) throws IOException {
        Json index = Json.read(path.resolve("model_index.json"));
        return new ModelFiles() {
            @Override
            public String pipelineClass() throws IOException {
                return index.getString("_class_name");
            }

            @Override
            public boolean has(String part) {
                return Files.isDirectory(path.resolve(part));
            }

            @Override
            public String className(String part) throws IOException {
                return index.getStrings(part).get(1);
            }

            @Override
            public Json config(String part) throws IOException {
                return Json.read(
                        path.resolve(part).resolve(part.equals("scheduler") ? "scheduler_config.json" : "config.json"));
            }

            @Override
            public Checkpoint open(String part) throws IOException {
                return Checkpoint.open(path.resolve(part));
            }

            @Override
            public Path tokenizerFolder(String part) {
                return path.resolve(part);
            }

            @Override
            public Json modelIndex() {
                return index;
            }
        };
    }

    String pipelineClass() throws IOException;

    boolean has(String part);

    String className(String part) throws IOException;

    Json config(String part) throws IOException;

    Checkpoint open(String part) throws IOException;

    Path tokenizerFolder(String part);

    Json modelIndex();
}
