package dev.reverie.diffusion.family;

import dev.reverie.tensor.io.CheckpointException;
import dev.reverie.tensor.io.CheckpointFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What a folder without {@code model_index.json} is, and what to do about it. */
final class WrongFolder {
    private static final String WANTED = "holds no model_index.json, which a model's folder has";

    private WrongFolder() {}

    /** A sentence without its subject. */
    static String advice(Path folder) throws IOException {
        Path parent = folder.toAbsolutePath().normalize().getParent();
        if (parent != null && isModel(parent)) {
            return "is a part of a model; open the folder above it, %s".formatted(parent);
        }
        List<Path> models = modelsIn(folder);
        if (models.isEmpty() && Files.isDirectory(folder.resolve("snapshots"))) {
            models = modelsIn(folder.resolve("snapshots")); // of the cache of Hugging Face
        }
        if (models.size() == 1) {
            return "holds no model_index.json, but the folder %s in it does: open that".formatted(models.getFirst());
        }
        if (models.size() > 1) {
            return "holds several models; open one of them: %s".formatted(models);
        }
        return withoutModels(folder);
    }

    private static String withoutModels(Path folder) throws IOException {
        Path checkpoint;
        try {
            checkpoint = CheckpointFolder.choose(folder);
        } catch (CheckpointException none) {
            String subject = folder + ": ";
            String what = String.valueOf(none.getMessage());
            return WANTED + ", and " + (what.startsWith(subject) ? what.substring(subject.length()) : what);
        }
        if (Files.isDirectory(folder.resolve("voices"))) {
            return WANTED + "; it is a model of speech";
        }
        return Files.exists(folder.resolve("config.json"))
                ? WANTED + "; it is a part of one: open the folder that all parts lie in"
                : WANTED + "; if %s is a whole model, open that file".formatted(checkpoint.getFileName());
    }

    private static boolean isModel(Path folder) {
        return Files.exists(folder.resolve(ModelFolder.INDEX));
    }

    private static List<Path> modelsIn(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(WrongFolder::isModel).sorted().toList();
        }
    }
}
