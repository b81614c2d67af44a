package dev.reverie.diffusion.family;

import static dev.reverie.tensor.io.CheckpointException.inFile;

import dev.reverie.nn.tokenizer.Tokenizer;
import dev.reverie.tensor.io.Checkpoint;
import dev.reverie.tensor.io.CheckpointException;
import dev.reverie.tensor.io.CheckpointFolder;
import dev.reverie.tensor.io.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A model as huggingface/diffusers saves it: {@code model_index.json}, and a folder for each part with its configuration
 * and weights. Which of several weights are taken: {@link CheckpointFolder#choose}.
 */
public final class ModelFolder implements ModelFiles {
    static final String INDEX = "model_index.json";
    private static final String SCHEDULER = "scheduler";

    private final Path folder;
    private final Json index;

    private ModelFolder(Path folder, Json index) {
        this.folder = folder;
        this.index = index;
    }

    static ModelFolder open(Path folder) throws IOException {
        Path file = folder.resolve(INDEX);
        if (!Files.exists(file)) {
            throw inFile(folder.toString(), "%s", WrongFolder.advice(folder));
        }
        Json index = object(file);
        PipelineClasses.requireKnown(index);
        return new ModelFolder(folder, index);
    }

    @Override
    public Json modelIndex() {
        return index;
    }

    @Override
    public boolean has(String part) throws IOException {
        if (index.has(part)) {
            Json entry = index.find(part);
            return entry != null && entry.isList() && namesClass(entry);
        }
        return Files.exists(folder.resolve(part).resolve("config.json")); // controlnet_1 of a MultiControlNetModel
    }

    private static boolean namesClass(Json entry) throws CheckpointException {
        List<Json> names = entry.asList();
        if (names.size() != 2) {
            throw entry.fault("must be a list of library and class");
        }
        return !names.getLast().isNull();
    }

    @Override
    public String className(String part) throws IOException {
        if (!index.has(part)) {
            return config(part).getString("_class_name");
        }
        if (!has(part)) {
            throw index.fault("has no part \"%s\"".formatted(part));
        }
        return index.get(part).asList().getLast().asString();
    }

    @Override
    public Json config(String part) throws IOException {
        String name = switch (part) {
            case SCHEDULER -> "scheduler_config.json";
            case "feature_extractor" -> "preprocessor_config.json";
            default -> "config.json";
        };
        Path file = folderOf(part).resolve(name);
        if (!Files.exists(file)) {
            throw inFile(folderOf(part).toString(), "holds no %s, which belongs to the part; fetch it", name);
        }
        return object(file);
    }

    @Override
    public Checkpoint open(String part) throws IOException {
        return Checkpoint.open(CheckpointFolder.choose(folderOf(part)), PartNames.of(part));
    }

    @Override
    public Tokenizer tokenizer(String part) throws IOException {
        return Tokenizer.load(folderOf(part));
    }

    private Path folderOf(String part) throws CheckpointException {
        Path of = folder.resolve(part);
        if (!Files.isDirectory(of)) {
            throw inFile(
                    folder.toString(),
                    "has no folder \"%s\", the download is not complete; fetch what is missing",
                    part);
        }
        return of;
    }

    private static Json object(Path file) throws IOException {
        Json json = Json.read(file);
        if (!json.isObject()) {
            throw json.fault("must be an object");
        }
        return json;
    }
}
