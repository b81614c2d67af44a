package dev.reverie.tts.kokoro;

import dev.reverie.nn.WarmUp;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.io.Checkpoint;
import dev.reverie.tensor.io.CheckpointException;
import dev.reverie.tensor.io.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The files of a Kokoro model and how they are found. */
final class KokoroFolder {
    private KokoroFolder() {}

    static KokoroModel load(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new CheckpointException(folder + ": is not a folder; a model is one with config.json in it");
        }
        if (!Files.exists(folder.resolve("config.json"))) {
            throw new CheckpointException(folder + ": holds no config.json, which a model's folder has");
        }
        Json json = Json.read(folder.resolve("config.json"));
        if (!json.isObject() || !json.has("istftnet") || !json.has("plbert")) {
            throw new CheckpointException(folder.resolve("config.json")
                    + ": is of no model known here; Kokoro's has \"istftnet\" and \"plbert\"");
        }
        KokoroConfig config = KokoroConfig.read(json);
        Voices voices = Voices.list(folder.resolve("voices"), Shape.of(config.maxPhonemes(), 2 * config.styleDim()));
        WarmUp warmUp = WarmUp.begin(SmallParts::of);
        try (Checkpoint checkpoint = Checkpoint.open(folder, KokoroFolder::plainName)) {
            KokoroNetwork network = KokoroNetwork.load(checkpoint.root(), config);
            checkpoint.finish("bert.pooler."); // no output depends on it
            return new KokoroModel(network, voices, checkpoint.float32Bytes());
        } finally {
            warmUp.end();
        }
    }

    /** The official file nests five dictionaries whose keys begin with {@code module.}: {@code decoder.module.encode..}. */
    static String plainName(String name) {
        int dot = name.indexOf('.');
        boolean nested = dot > 0 && name.startsWith("module.", dot + 1);
        return nested ? name.substring(0, dot + 1) + name.substring(dot + 1 + "module.".length()) : name;
    }
}
