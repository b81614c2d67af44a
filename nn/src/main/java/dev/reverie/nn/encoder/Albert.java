package dev.reverie.nn.encoder;

import dev.reverie.nn.Embedding;
import dev.reverie.nn.LayerNorm;
import dev.reverie.nn.Linear;
import dev.reverie.nn.attention.Attention;
import dev.reverie.tensor.Activation;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Ops;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.io.WeightScope;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * ALBERT (Lan et al., arXiv 1909.11942): a BERT whose layers share one set of weights. Names and order as in
 * huggingface/transformers, models/albert/modeling_albert.py, with one group of layers and {@code gelu_new}.
 */
public record Albert(
        Embedding words,
        Embedding positions,
        Embedding tokenTypes,
        LayerNorm embeddingNorm,
        Linear toHidden,
        Layer layer,
        AlbertConfig config) {

    /** The shared layer, normalised after each residual. */
    public record Layer(Attention attention, LayerNorm attentionNorm, Linear up, Linear down, LayerNorm norm) {

        static Layer load(WeightScope scope, AlbertConfig config) {
            int width = config.hiddenSize();
            WeightScope attention = scope.at("attention");
            return new Layer(
                    new Attention(
                            Linear.load(attention.at("query"), width, width),
                            Linear.load(attention.at("key"), width, width),
                            Linear.load(attention.at("value"), width, width),
                            Linear.load(attention.at("dense"), width, width),
                            config.heads()),
                    LayerNorm.load(attention.at("LayerNorm"), width, config.layerNormEps()),
                    Linear.load(scope.at("ffn"), width, config.intermediateSize()),
                    Linear.load(scope.at("ffn_output"), config.intermediateSize(), width),
                    LayerNorm.load(scope.at("full_layer_layer_norm"), width, config.layerNormEps()));
        }

        /** {@code x [N, L, C] -> [N, L, C]}; bias {@code [N, 1, 1, L]} or none. */
        Tensor apply(Frame caller, Tensor x, @Nullable Tensor bias) {
            try (Frame frame = caller.frame()) {
                Tensor h = attentionNorm.apply(frame, Ops.add(frame, x, attention.apply(frame, x, bias)));
                Tensor inner = up.apply(frame, h, Activation.GELU_TANH);
                return frame.keep(norm.apply(frame, Ops.add(frame, h, down.apply(frame, inner))));
            }
        }
    }

    /** Reads the tensors of an {@code AlbertModel}; its pooler is not used. */
    public static Albert load(WeightScope scope, AlbertConfig config) {
        WeightScope embeddings = scope.at("embeddings");
        int width = config.embeddingSize();
        return new Albert(
                Embedding.load(embeddings.at("word_embeddings"), config.vocabulary(), width),
                Embedding.load(embeddings.at("position_embeddings"), config.positions(), width),
                Embedding.load(embeddings.at("token_type_embeddings"), config.tokenTypes(), width),
                LayerNorm.load(embeddings.at("LayerNorm"), width, config.layerNormEps()),
                Linear.load(scope.at("encoder.embedding_hidden_mapping_in"), width, config.hiddenSize()),
                Layer.load(scope.at("encoder.albert_layer_groups.0.albert_layers.0"), config),
                config);
    }

    /**
     * Texts of one length: {@code ids [N][L] -> [N, L, hidden]}, the last layer's states.
     *
     * @param bias added to the attention scores, {@code [N, 1, 1, L]}, -inf where a text is padding; or null
     */
    public Tensor apply(Frame caller, int[][] ids, @Nullable Tensor bias) {
        if (ids[0].length > config.positions()) {
            throw new IllegalArgumentException(
                    "%d tokens, max_position_embeddings is %d".formatted(ids[0].length, config.positions()));
        }
        try (Frame frame = caller.frame()) {
            Tensor h = toHidden.apply(frame, embed(frame, ids));
            for (int i = 0; i < config.layers(); i++) {
                h = layer.apply(frame, h, bias);
            }
            return frame.keep(h);
        }
    }

    private Tensor embed(Frame frame, int[][] ids) {
        int length = ids[0].length;
        int[] flat = Arrays.stream(ids).flatMapToInt(Arrays::stream).toArray();
        int[] places = IntStream.range(0, flat.length).map(i -> i % length).toArray();
        Tensor sum = Ops.add(frame, words.apply(frame, flat), tokenTypes.apply(frame, new int[flat.length]));
        Tensor embedded = embeddingNorm.apply(frame, Ops.add(frame, sum, positions.apply(frame, places)));
        return embedded.reshape(ids.length, length, config.embeddingSize());
    }
}
