package dev.reverie.diffusion.family;

import dev.reverie.diffusion.ImageModel;
import dev.reverie.diffusion.ImageModelOptions;
import java.io.IOException;
import java.nio.file.Path;

/** The families of models that are known. */
public final class Families {
    private Families() {}

    /** Loads what lies at {@code path}: a folder as Hugging Face hosts models, or a single file. */
    public static ImageModel load(Path path, ImageModelOptions options) throws IOException {
        return StableDiffusion.load(ModelFiles.open(path), path, options);
    }
}
