package dev.reverie.nn.encoder;

/**
 * Sizes of an ALBERT encoder.
 *
 * @param vocabulary number of token ids
 * @param embeddingSize width of the embeddings
 * @param hiddenSize width of the layers
 * @param layers times that the shared layer runs
 * @param heads attention heads
 * @param intermediateSize inner width of the feed-forward part
 * @param positions longest text in tokens
 * @param tokenTypes rows of the token type table, of which row 0 is used
 * @param layerNormEps added to variances
 */
public record AlbertConfig(
        int vocabulary,
        int embeddingSize,
        int hiddenSize,
        int layers,
        int heads,
        int intermediateSize,
        int positions,
        int tokenTypes,
        double layerNormEps) {
    public AlbertConfig {
        if (heads <= 0 || hiddenSize % heads != 0) {
            throw new IllegalArgumentException(
                    "hidden_size %d is not a multiple of num_attention_heads %d".formatted(hiddenSize, heads));
        }
        if (vocabulary < 1
                || embeddingSize < 1
                || layers < 1
                || layers > 1000
                || intermediateSize < 1
                || positions < 1
                || tokenTypes < 1) {
            throw new IllegalArgumentException(
                    "vocab_size %d, embedding_size %d, num_hidden_layers %d (at most 1,000), intermediate_size %d, max_position_embeddings %d and type_vocab_size %d must be positive"
                            .formatted(vocabulary, embeddingSize, layers, intermediateSize, positions, tokenTypes));
        }
    }
}
