package dev.reverie.diffusion.family;

import static dev.reverie.tensor.io.CheckpointException.inFile;

import dev.reverie.nn.tokenizer.Tokenizer;
import dev.reverie.tensor.io.Checkpoint;
import dev.reverie.tensor.io.CheckpointException;
import dev.reverie.tensor.io.Json;
import dev.reverie.tensor.io.TensorSource;
import dev.reverie.tensor.io.TensorView;
import dev.reverie.tensor.io.TensorViews;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All parts of a model in one file, as the original codes of Stable Diffusion 1, 2 and XL save them: networks for
 * pictures from text, the refiner, networks for inpainting (9 channels) and for instructions (8).
 *
 * <p>Sizes are read from the tensors, all else are the published configurations; a model's folder may give them instead.
 * Whether the network predicts noise or velocity is the caller's word, or that of {@code <name>.yaml} beside the file, or
 * shown by a tensor {@code v_pred}; for SD 2 it is guessed last, as diffusers does: noise where {@code global_step} is
 * 875,000.
 */
public final class SingleFile implements ModelFiles {
    private final Path file;
    private final Map<String, Map<String, TensorView>> parts;
    private final Description description;
    private final @Nullable ModelFolder folder;

    /** What the file is by itself. */
    private record Description(Generation generation, Json modelIndex, Map<String, Json> configs) {
        static Description of(Path file, LdmFile tensors, Parameterization prediction) throws IOException {
            Map<String, Json> configs = new HashMap<>();
            for (Map.Entry<String, String> config : tensors.configs(prediction).entrySet()) {
                String name = "%s, %s".formatted(file, config.getKey());
                configs.put(config.getKey(), Json.parse(name, config.getValue()));
            }
            Json index = Json.parse(file.toString(), tensors.modelIndex(prediction));
            return new Description(tensors.family(), index, Map.copyOf(configs));
        }

        boolean has(String part) throws CheckpointException {
            return configs.containsKey(part) || (part.startsWith("tokenizer") && modelIndex.has(part));
        }
    }

    private SingleFile(
            Path file,
            Map<String, Map<String, TensorView>> parts,
            Description description,
            @Nullable ModelFolder folder) {
        this.file = file;
        this.parts = parts;
        this.description = description;
        this.folder = folder;
    }

    static SingleFile open(Path file, @Nullable ModelFolder folder, @Nullable String predictionType)
            throws IOException {
        try (TensorSource source = TensorSource.open(file)) {
            LdmFile tensors = new LdmFile(file.toString(), source.entries());
            boolean mayGuess = tensors.family() == Generation.SD_2 && tensors.channels() == 4;
            Parameterization prediction = Parameterization.of(file, source, mayGuess, predictionType);
            return new SingleFile(file, tensors.parts(), Description.of(file, tensors, prediction), folder);
        }
    }

    @Override
    public Json modelIndex() {
        return folder == null ? description.modelIndex : folder.modelIndex();
    }

    @Override
    public boolean has(String part) throws IOException {
        return parts.containsKey(part) || (folder == null ? description.has(part) : folder.has(part));
    }

    @Override
    public String className(String part) throws IOException {
        if (folder != null) {
            return folder.className(part);
        }
        if (!has(part)) {
            throw without(part);
        }
        return modelIndex().getList(part).getLast().asString();
    }

    @Override
    public Json config(String part) throws IOException {
        if (folder != null) {
            return folder.config(part);
        }
        Json config = description.configs.get(part);
        if (config == null) {
            throw without(part);
        }
        return config;
    }

    @Override
    public Checkpoint open(String part) throws IOException {
        Map<String, TensorView> views = parts.get(part);
        if (views == null) {
            if (folder == null) {
                throw without(part);
            }
            return folder.open(part);
        }
        TensorSource source = TensorSource.open(file);
        try {
            return Checkpoint.of(new TensorViews(source, views));
        } catch (IOException | RuntimeException e) {
            source.close();
            throw e;
        }
    }

    @Override
    public Tokenizer tokenizer(String part) throws IOException {
        return folder == null ? Tokenizer.clip(description.generation.padding(part)) : folder.tokenizer(part);
    }

    private CheckpointException without(String part) {
        return inFile(file.toString(), "holds no part \"%s\"; name a folder of such a model for what is missing", part);
    }
}
