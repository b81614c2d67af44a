package dev.reverie.nn.tokenizer;

import dev.reverie.tensor.io.CheckpointException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Text to ids: special tokens are cut out, the rest is normalised, divided into words and these into tokens. The same
 * ids as huggingface/tokenizers gives for the same files. Time and memory are n log n in the length of the text.
 * Immutable.
 *
 * {@snippet :
 * Tokenizer tokenizer = Tokenizer.load(Path.of("stable-diffusion-v1-5/tokenizer"));
 * Tokens row = tokenizer.complete("a red fox", 77).paddedTo(77, tokenizer.special().pad()); // [77]
 * }
 */
public final class Tokenizer {
    /** What {@link #maxLength()} is where the files do not say. */
    public static final int UNLIMITED = Integer.MAX_VALUE;

    private final TextNormalizer normalizer;
    private final TokenModel model;
    private final AddedTokens added;
    private final AddedTokens normalizedAdded;
    private final SpecialTokens special;
    private final int maxLength;
    private final int size;

    Tokenizer(
            TextNormalizer normalizer, TokenModel model, List<AddedToken> added, SpecialTokens special, int maxLength) {
        this(
                normalizer,
                model,
                new AddedTokens(
                        added.stream().filter(token -> !token.normalized()).toList()),
                new AddedTokens(added.stream()
                        .filter(AddedToken::normalized)
                        .map(token -> normalized(token, normalizer))
                        .toList()),
                special,
                maxLength);
    }

    private Tokenizer(
            TextNormalizer normalizer,
            TokenModel model,
            AddedTokens added,
            AddedTokens normalizedAdded,
            SpecialTokens special,
            int maxLength) {
        this.normalizer = normalizer;
        this.model = model;
        this.added = added;
        this.normalizedAdded = normalizedAdded;
        this.special = special;
        this.maxLength = maxLength;
        this.size = Stream.of(added, normalizedAdded)
                .flatMap(tokens -> tokens.list().stream())
                .flatMap(token -> token.ids().stream())
                .mapToInt(id -> id + 1)
                .reduce(model.size(), Math::max);
    }

    /**
     * Reads a tokenizer's folder as Hugging Face lays it out: {@code tokenizer.json}, or {@code vocab.json} and {@code
     * merges.txt}, or {@code spiece.model}; beside them {@code tokenizer_config.json}, {@code special_tokens_map.json}
     * and {@code added_tokens.json}.
     *
     * @throws CheckpointException if a file breaks a rule, or asks for a tokenizer of an unknown kind
     * @throws IOException if a file cannot be read
     */
    public static Tokenizer load(Path folder) throws IOException {
        return TokenizerFolder.load(folder);
    }

    /**
     * The published tokenizer of CLIP with its 49,408 tokens, which this library carries: for models in one file, which
     * hold no tokenizer.
     *
     * @param padding the token that fills a row up: {@code <|endoftext|>} for SD 1.x and the first encoder of SDXL,
     *     {@code !} for SD 2.x and the second
     */
    public static Tokenizer clip(String padding) throws IOException {
        return EmbeddedClip.load(padding);
    }

    /**
     * The ids of a text, without start and end. Special tokens that stand in it are taken for what they are; halves of
     * surrogate pairs are read as U+FFFD.
     */
    public Tokens encode(String text) {
        String valid = Utf8.valid(text);
        Tokens.Builder tokens = new Tokens.Builder();
        added.split(valid, new AddedTokens.Parts() {
            @Override
            public void text(int from, int to) {
                encodeNormalized(normalizer.apply(AlignedText.of(valid, from, to)), tokens);
            }

            @Override
            public void token(AddedToken token, int from, int to) {
                addAll(token, from, to, tokens);
            }
        });
        return tokens.build();
    }

    private void encodeNormalized(AlignedText text, Tokens.Builder tokens) {
        normalizedAdded.split(text.text(), new AddedTokens.Parts() {
            @Override
            public void text(int from, int to) {
                model.encode(text, from, to, tokens);
            }

            @Override
            public void token(AddedToken token, int from, int to) {
                addAll(token, text.start(from), text.end(to - 1), tokens);
            }
        });
    }

    private static void addAll(AddedToken token, int start, int end, Tokens.Builder tokens) {
        token.ids().forEach(id -> tokens.add(id, start, end));
    }

    /**
     * The ids of a text with start and end, as the model was trained; the text's own are cut so that all are at most
     * {@code length}.
     */
    public Tokens complete(String text, int length) {
        int room = length - special.before().size() - special.after().size();
        if (room < 0) {
            throw new IllegalArgumentException("a length of %d has no room for start and end".formatted(length));
        }
        Tokens own = encode(text);
        Tokens.Builder tokens = new Tokens.Builder();
        special.before().forEach(id -> tokens.add(id, 0, 0));
        tokens.add(own.size() <= room ? own : own.range(0, room));
        special.after().forEach(id -> tokens.add(id, text.length(), text.length()));
        return tokens.build();
    }

    /**
     * This tokenizer with one more token of one or several vectors: {@code content} becomes the ids {@code firstId},
     * {@code firstId + 1}, ..; {@code content_1}, {@code content_2}, .. stand for one of the later ones. It is looked
     * for in the normalised text: without regard to case, for CLIP.
     *
     * @throws IllegalArgumentException if the vocabulary has such a token already
     */
    public Tokenizer plus(String content, int firstId, int count) {
        AddedTokens more = normalizedAdded.plus(addable(content, IntStream.range(firstId, firstId + count)));
        for (int i = 1; i < count; i++) {
            more = more.plus(addable(content + "_" + i, IntStream.of(firstId + i)));
        }
        return new Tokenizer(normalizer, model, added, more, special, maxLength);
    }

    private AddedToken addable(String content, IntStream ids) {
        AddedToken token = normalized(new AddedToken(content, true, ids.boxed().toList()), normalizer);
        if (idOf(content) >= 0 || normalizedAdded.find(token.content()) != null) {
            throw new IllegalArgumentException(
                    "the tokenizer has a token \"%s\" already; give the new one another name".formatted(content));
        }
        return token;
    }

    private static AddedToken normalized(AddedToken token, TextNormalizer normalizer) {
        String content = token.content();
        return new AddedToken(
                normalizer.apply(AlignedText.of(content, 0, content.length())).text(), true, token.ids());
    }

    /** The id of a token by its spelling in the vocabulary ({@code fox</w>}), or -1. */
    public int idOf(String token) {
        for (AddedTokens tokens : List.of(added, normalizedAdded)) {
            AddedToken found = tokens.find(token);
            if (found != null) {
                return found.ids().getFirst();
            }
        }
        return model.idOf(token);
    }

    /** Rows that an embedding table needs: one more than the largest id. */
    public int size() {
        return size;
    }

    public SpecialTokens special() {
        return special;
    }

    /** Most tokens of a row, start and end included, as {@code model_max_length} has it; else {@link #UNLIMITED}. */
    public int maxLength() {
        return maxLength;
    }
}
