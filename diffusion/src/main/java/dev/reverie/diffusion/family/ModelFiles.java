package dev.reverie.diffusion.family;

import dev.reverie.nn.tokenizer.Tokenizer;
import dev.reverie.tensor.io.Checkpoint;
import dev.reverie.tensor.io.CheckpointException;
import dev.reverie.tensor.io.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A model's parts on disk: a folder as huggingface/diffusers saves it, or one file in the layout of the original codes.
 * Either way parts have the names of {@code model_index.json} ({@code unet}, {@code vae}, {@code text_encoder}, {@code
 * tokenizer} ..) and tensors those of diffusers and transformers as they are today, without {@code text_model.} before
 * those of text encoders. Immutable; no file stays open.
 */
public sealed interface ModelFiles permits ModelFolder, SingleFile {
    /**
     * Finds a model's parts.
     *
     * @param path a folder with {@code model_index.json}, or a file of all parts (safetensors, or a PyTorch checkpoint)
     * @throws CheckpointException if it is neither; the message says what to do
     */
    static ModelFiles open(Path path) throws IOException {
        return Files.isDirectory(path) ? ModelFolder.open(path) : SingleFile.open(path, null, null);
    }

    /**
     * Opens a single file with a model's folder beside it, from which come all configurations and tokenizers, and the
     * parts that the file lacks.
     */
    static ModelFiles open(Path file, Path configFolder) throws IOException {
        return SingleFile.open(file, ModelFolder.open(configFolder), null);
    }

    /**
     * Opens a single file, and says what its tensors do not: what the network predicts.
     *
     * @param predictionType {@code epsilon} or {@code v_prediction}
     */
    static ModelFiles open(Path file, String predictionType) throws IOException {
        return SingleFile.open(file, null, predictionType);
    }

    /** What the model is for, {@code StableDiffusionXLPipeline}: {@code _class_name} of {@code model_index.json}. */
    default String pipelineClass() throws CheckpointException {
        return modelIndex().getString("_class_name");
    }

    /** {@code model_index.json}, for its flags: {@code force_zeros_for_empty_prompt} .. */
    Json modelIndex();

    /** Whether the model has a part; those that {@code model_index.json} calls null it has not. */
    boolean has(String part) throws IOException;

    /** The class of a part, {@code AutoencoderTiny}. */
    String className(String part) throws IOException;

    /** The configuration of a part, an object. */
    Json config(String part) throws IOException;

    /** The tensors of a part. The caller ends the loading with {@link Checkpoint#finish} and closes it. */
    Checkpoint open(String part) throws IOException;

    /** The tokenizer {@code tokenizer}, {@code tokenizer_2} .. */
    Tokenizer tokenizer(String part) throws IOException;
}
