package dev.reverie.diffusion.prompt;

import dev.reverie.nn.tokenizer.Tokenizer;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.io.Checkpoint;
import dev.reverie.tensor.io.CheckpointException;
import dev.reverie.tensor.io.PickleArchive;
import dev.reverie.tensor.io.TensorEntry;
import dev.reverie.tensor.io.TensorSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A word that was learned from pictures (Gal et al., arXiv 2208.01618): one or several vectors in the place of a token's
 * embedding.
 *
 * @param token how prompts spell it
 * @param vectors [n, width] for the text encoder, the first where there are two
 * @param secondVectors [n, width] for the second text encoder of SDXL; null in other files
 */
public record TextualInversion(
        String token, Tensor vectors, @Nullable Tensor secondVectors) {
    private static final int MAX_VECTORS = 1000;
    private static final String WEB_INTERFACE = "string_to_param.";
    private static final String FIRST = "clip_l";
    private static final String SECOND = "clip_g";

    public TextualInversion {
        if (token.isBlank()) {
            throw new IllegalArgumentException("a textual inversion has no token");
        }
        if (secondVectors != null && secondVectors.dim(0) != vectors.dim(0)) {
            throw new IllegalArgumentException("\"%s\" has %d vectors for one text encoder and %d for the other"
                    .formatted(token, vectors.dim(0), secondVectors.dim(0)));
        }
    }

    /**
     * Reads a file: one tensor named after its token (diffusers, {@code learned_embeds}), or {@code string_to_param} of
     * AUTOMATIC1111's interface, {@code emb_params}, or {@code clip_l} and {@code clip_g} for SDXL, whose token is the
     * file's name without its ending.
     *
     * @throws CheckpointException if the file holds something else, or numbers that are not finite
     */
    public static TextualInversion load(Path file) throws IOException {
        return load(file, null);
    }

    /** The same under a token of the caller's choice; null leaves it to the file. */
    public static TextualInversion load(Path file, @Nullable String token) throws IOException {
        try (Checkpoint checkpoint = Checkpoint.open(file)) {
            TensorSource source = checkpoint.sources().getFirst();
            Set<String> names = source.entries().keySet();
            String fileName = String.valueOf(file.getFileName());
            String stem = fileName.replaceFirst("\\.[^.]*$", "");
            if (names.equals(Set.of(FIRST, SECOND))) {
                return new TextualInversion(token == null ? stem : token, read(source, FIRST), read(source, SECOND));
            }
            if (names.size() != 1) {
                throw CheckpointException.inFile(
                        source.name(),
                        "is no textual inversion: that is one tensor, or clip_l and clip_g, and here are %,d",
                        names.size());
            }
            String name = List.copyOf(names).getFirst();
            return new TextualInversion(token == null ? tokenOf(name, stem) : token, read(source, name), null);
        }
    }

    private static String tokenOf(String tensor, String stem) {
        boolean unnamed = tensor.equals("emb_params")
                || tensor.equals(FIRST)
                || tensor.equals(PickleArchive.ROOT)
                || tensor.startsWith(WEB_INTERFACE);
        return unnamed ? stem : tensor;
    }

    private static Tensor read(TensorSource source, String name) throws IOException {
        TensorEntry entry = source.entry(name, 0, 0);
        List<Long> shape = entry.shape();
        long count = shape.size() == 2 ? shape.getFirst() : 1;
        if (shape.isEmpty()
                || shape.size() > 2
                || entry.elementCount() == 0
                || count > MAX_VECTORS
                || entry.elementCount() > Integer.MAX_VALUE) {
            throw CheckpointException.inTensor(
                    source.name(), name, "has the shape %s, not that of 1 to %d vectors", shape, MAX_VECTORS);
        }
        float[] values = source.floats(name, 0, (int) entry.elementCount());
        for (float value : values) {
            if (!Float.isFinite(value)) {
                throw CheckpointException.inTensor(source.name(), name, "has a number that is not finite: %s", value);
            }
        }
        return Tensor.of(Shape.of((int) count, values.length / (int) count), values);
    }

    /** Number of vectors: the tokens that the word takes in a prompt. */
    public int count() {
        return vectors.dim(0);
    }

    /**
     * The rows to append to the embedding table of a text encoder.
     *
     * @param width of its embeddings
     * @return [n, width]
     * @throws IllegalArgumentException if the file was made for another width
     */
    public Tensor rows(int width) {
        return rows(vectors, width);
    }

    /** {@link #rows} for the second text encoder of SDXL. */
    public Tensor secondRows(int width) {
        if (secondVectors == null) {
            throw new IllegalArgumentException(
                    "textual inversion \"%s\" has no vectors for a second text encoder".formatted(token));
        }
        return rows(secondVectors, width);
    }

    private Tensor rows(Tensor rows, int width) {
        if (rows.dim(1) != width) {
            throw new IllegalArgumentException(
                    "textual inversion \"%s\" has vectors of width %d, the text encoder's have %d: it was made for another model"
                            .formatted(token, rows.dim(1), width));
        }
        return rows;
    }

    /**
     * A tokenizer that knows the token; its ids are the rows from {@link Tokenizer#size()} on.
     *
     * @throws IllegalArgumentException if the tokenizer has such a token already
     */
    public Tokenizer addedTo(Tokenizer tokenizer) {
        return tokenizer.plus(token, tokenizer.size(), count());
    }
}
