package dev.reverie.diffusion.family;

import dev.reverie.diffusion.ImageModelOptions;
import dev.reverie.diffusion.ImageModelOptions.LoraFile;
import dev.reverie.diffusion.adapter.FileState;
import dev.reverie.diffusion.adapter.Lora;
import dev.reverie.diffusion.adapter.LoraSet;
import dev.reverie.diffusion.family.LoadedParts.Recipe;
import dev.reverie.diffusion.prompt.TextualInversion;
import dev.reverie.nn.encoder.ClipTextConfig;
import dev.reverie.nn.tokenizer.Tokenizer;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.io.Checkpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The files of a Stable Diffusion as LoRAs and learned words change them: both change tensors while they are read, and
 * nothing of the model knows of it.
 */
record AdaptedFiles(ModelFiles files, LoraSet loras, List<Word> words) {
    static final String UNET = "unet";
    static final List<String> TEXT_ENCODERS = List.of("text_encoder", "text_encoder_2");

    /** The files of a learned word, and what they say. */
    record Word(FileState state, TextualInversion learned) {}

    AdaptedFiles {
        words = List.copyOf(words);
    }

    /** Reads what {@code options} name. */
    static AdaptedFiles read(ModelFiles files, ImageModelOptions options) throws IOException {
        LoraSet loras = LoraSet.empty();
        for (LoraFile file : options.loras()) {
            loras = loras.with(Lora.load(file.file()), file.scale());
        }
        List<Word> words = new ArrayList<>();
        for (Path file : options.textualInversions()) {
            words.add(new Word(FileState.of(file), TextualInversion.load(file)));
        }
        return new AdaptedFiles(files, loras, words);
    }

    /**
     * Opens each part that is to be loaded, and looks whether LoRAs and learned words go with it.
     *
     * @param loaded parts that are there already
     */
    void requireFit(LoadedParts loaded) throws IOException {
        boolean changes = !loras.loras().isEmpty() || !words.isEmpty();
        if (!changes && loaded.isEmpty()) {
            return; // nothing to hold against the files, and nothing that must not be lost: loading opens them anyway
        }
        loras.requireParts(parts());
        for (String part : parts()) {
            if (!loaded.has(recipe(part))) {
                open(part).close();
                if (TEXT_ENCODERS.contains(part) && !words.isEmpty()) {
                    tokenizer(part);
                    rows(part, ClipTextConfig.read(files.config(part)).width());
                }
            }
        }
    }

    /** Parts that may be changed, of those that the model has. */
    List<String> parts() throws IOException {
        List<String> parts = new ArrayList<>();
        for (String part : List.of(UNET, TEXT_ENCODERS.getFirst(), TEXT_ENCODERS.getLast())) {
            if (files.has(part)) {
                parts.add(part);
            }
        }
        return parts;
    }

    /** What the part is made of. */
    Recipe recipe(String part) {
        List<Object> changes = new ArrayList<>(loras.tracesIn(part));
        if (TEXT_ENCODERS.contains(part)) {
            words.forEach(word -> changes.add(word.state()));
        }
        return new Recipe(part, changes);
    }

    /** That of a text encoder, with learned words. */
    Tokenizer tokenizer(String textEncoder) throws IOException {
        Tokenizer tokenizer = files.tokenizer(textEncoder.replace("text_encoder", "tokenizer"));
        for (Word word : words) {
            tokenizer = word.learned().addedTo(tokenizer);
        }
        return tokenizer;
    }

    /** What learned words add to the table of a text encoder. */
    List<Tensor> rows(String textEncoder, int width) {
        boolean first = textEncoder.equals(TEXT_ENCODERS.getFirst());
        return words.stream()
                .map(word -> first ? word.learned().rows(width) : word.learned().secondRows(width))
                .toList();
    }

    /** A part's tensors, with what LoRAs make of them. */
    Checkpoint open(String part) throws IOException {
        Checkpoint checkpoint = files.open(part);
        try {
            loras.patch(part, checkpoint);
        } catch (IOException | RuntimeException e) {
            checkpoint.close();
            throw e;
        }
        return checkpoint;
    }
}
