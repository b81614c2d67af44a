package dev.reverie.nn.tokenizer;

/** What turns normalised text into ids. Immutable. */
interface TokenModel {
    /** Adds the ids of chars {@code from} up to and without {@code to}. */
    void encode(AlignedText text, int from, int to, Tokens.Builder tokens);

    /** The id of a token by its spelling in the vocabulary, or -1. */
    int idOf(String token);

    /** One more than the largest id. */
    int size();
}
