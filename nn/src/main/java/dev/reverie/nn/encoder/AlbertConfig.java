package dev.reverie.nn.encoder;

import dev.reverie.nn.FixedOptions;
import dev.reverie.tensor.io.CheckpointException;
import dev.reverie.tensor.io.Json;
import java.util.List;
import java.util.Map;

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
    private static final FixedOptions FIXED = new FixedOptions(Map.of(
            "model_type", List.of("albert"),
            "hidden_act", List.of("gelu_new", "gelu_pytorch_tanh", "gelu_fast"),
            "num_hidden_groups", List.of(1.0),
            "inner_group_num", List.of(1.0),
            "position_embedding_type", List.of("absolute")));

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

    /**
     * Reads a configuration; what it leaves out are the defaults of transformers' AlbertConfig. Several groups of
     * layers, relative positions and another function than the tanh form of GELU are refused.
     *
     * @param vocabulary which the file does not say
     */
    public static AlbertConfig read(Json json, int vocabulary) throws CheckpointException {
        FIXED.check(json);
        return json.as(it -> new AlbertConfig(
                vocabulary,
                it.getInt("embedding_size", 128),
                it.getInt("hidden_size"),
                it.getInt("num_hidden_layers"),
                it.getInt("num_attention_heads"),
                it.getInt("intermediate_size"),
                it.getInt("max_position_embeddings"),
                it.getInt("type_vocab_size", 2),
                it.getDouble("layer_norm_eps", 1e-12)));
    }
}
