package dev.reverie.diffusion.family;

import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.io.CheckpointException;
import dev.reverie.tensor.io.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.function.Executable;

/** Small models on disk for tests. */
final class Folders {
    private Folders() {}

    /** A model's folder with a network of one tensor. */
    static Path model(Path folder) throws IOException {
        text(folder.resolve("model_index.json"), """
                {"_class_name": "StableDiffusionPipeline", "unet": ["diffusers", "UNet2DConditionModel"],
                "vae": ["diffusers", "AutoencoderKL"], "text_encoder": ["transformers", "CLIPTextModel"],
                "image_encoder": [null, null], "requires_safety_checker": false}""");
        text(folder.resolve("unet/config.json"), "{\"_class_name\": \"UNet2DConditionModel\"}");
        tensors(folder.resolve("unet/diffusion_pytorch_model.safetensors"), "conv_in.weight", 1);
        return folder;
    }

    static Path text(Path file, String text) throws IOException {
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        return Files.writeString(file, text);
    }

    /** A file of one tensor of that many elements. */
    static Path tensors(Path file, String name, int elements) throws IOException {
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        new SafetensorsWriter().put(name, Tensor.zeros(Shape.of(elements))).write(file);
        return file;
    }

    static String refusal(Executable run) {
        return String.valueOf(assertThrows(CheckpointException.class, run).getMessage());
    }
}
