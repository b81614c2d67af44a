package dev.reverie.nn.encoder;

import dev.reverie.nn.Embedding;
import dev.reverie.nn.Linear;
import dev.reverie.nn.RmsNorm;
import dev.reverie.nn.attention.Mask;
import dev.reverie.tensor.Activation;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Heads;
import dev.reverie.tensor.Ops;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.io.WeightScope;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The encoder of T5 (Raffel et al., arXiv 1910.10683), T5 1.1 and UMT5 (Chung et al., arXiv 2304.09151). Names as in
 * huggingface/transformers, models/t5/modeling_t5.py, T5EncoderModel.
 */
public record T5Encoder(Embedding tokens, List<Layer> layers, RmsNorm finalNorm, T5Config config) {

    /** Self-attention and a feed-forward part, each normalised before and added to its input. */
    public record Layer(
            RmsNorm attentionNorm, SelfAttention attention, RmsNorm feedForwardNorm, FeedForward feedForward) {

        static Layer load(WeightScope scope, T5Config config, boolean hasPosition) {
            WeightScope attention = scope.at("layer.0");
            WeightScope feedForward = scope.at("layer.1");
            return new Layer(
                    RmsNorm.load(attention.at("layer_norm"), config.width(), config.eps()),
                    SelfAttention.load(attention.at("SelfAttention"), config, hasPosition),
                    RmsNorm.load(feedForward.at("layer_norm"), config.width(), config.eps()),
                    FeedForward.load(feedForward.at("DenseReluDense"), config));
        }

        /** {@code x [N, L, C] -> [N, L, C]}; bias {@code [N or 1, heads, L, L]}. */
        Tensor apply(Frame caller, Tensor x, Tensor bias) {
            try (Frame frame = caller.frame()) {
                Tensor h = Ops.add(frame, x, attention.apply(frame, attentionNorm.apply(frame, x), bias));
                Tensor inner = feedForward.apply(frame, feedForwardNorm.apply(frame, h));
                return frame.keep(Ops.add(frame, h, inner));
            }
        }
    }

    /** Attention whose scores are not scaled; {@code position} is null where the first layer's serves. */
    public record SelfAttention(
            Linear query,
            Linear key,
            Linear value,
            Linear out,
            int heads,
            @Nullable RelativeBias position) {

        static SelfAttention load(WeightScope scope, T5Config config, boolean hasPosition) {
            int inner = config.heads() * config.headWidth();
            return new SelfAttention(
                    Linear.loadWithoutBias(scope.at("q"), config.width(), inner),
                    Linear.loadWithoutBias(scope.at("k"), config.width(), inner),
                    Linear.loadWithoutBias(scope.at("v"), config.width(), inner),
                    Linear.loadWithoutBias(scope.at("o"), inner, config.width()),
                    config.heads(),
                    hasPosition ? RelativeBias.load(scope.at("relative_attention_bias"), config) : null);
        }

        Tensor apply(Frame caller, Tensor x, Tensor bias) {
            try (Frame frame = caller.frame()) {
                Tensor q = query.apply(frame, x);
                Tensor k = key.apply(frame, x);
                Tensor v = value.apply(frame, x);
                return frame.keep(out.apply(frame, Heads.attention(frame, q, k, v, heads, 1f, bias, false)));
            }
        }
    }

    /** {@code down(f(up x))}, or {@code down(f(gate x) up x)}; gate is null where there is none. */
    public record FeedForward(@Nullable Linear gate, Linear up, Linear down, Activation activation) {

        static FeedForward load(WeightScope scope, T5Config config) {
            int width = config.width();
            int inner = config.innerWidth();
            return new FeedForward(
                    config.gated() ? Linear.loadWithoutBias(scope.at("wi_0"), width, inner) : null,
                    Linear.loadWithoutBias(scope.at(config.gated() ? "wi_1" : "wi"), width, inner),
                    Linear.loadWithoutBias(scope.at("wo"), inner, width),
                    config.activation());
        }

        Tensor apply(Frame caller, Tensor x) {
            try (Frame frame = caller.frame()) {
                Tensor h = up.apply(frame, x);
                h = gate == null
                        ? Ops.activate(frame, h, activation)
                        : Ops.multiply(frame, Ops.activate(frame, gate.apply(frame, x), activation), h);
                return frame.keep(down.apply(frame, h));
            }
        }
    }

    public T5Encoder {
        layers = List.copyOf(layers);
    }

    /**
     * Reads the tensors of a {@code T5EncoderModel}. The table of tokens is {@code shared.weight}; files that hold it
     * as {@code encoder.embed_tokens.weight} too, or instead, are read as well: of two the latter is left unread.
     */
    public static T5Encoder load(WeightScope scope, T5Config config) {
        WeightScope encoder = scope.at("encoder");
        List<Layer> layers = new ArrayList<>();
        for (int i = 0; i < config.layers(); i++) {
            layers.add(Layer.load(encoder.at("block").at(i), config, i == 0 || config.biasPerLayer()));
        }
        boolean shared = scope.has("shared.weight") || !encoder.has("embed_tokens.weight");
        return new T5Encoder(
                Embedding.load(
                        shared ? scope.at("shared") : encoder.at("embed_tokens"), config.vocabulary(), config.width()),
                layers,
                RmsNorm.load(encoder.at("final_layer_norm"), config.width(), config.eps()),
                config);
    }

    /**
     * The last states: {@code ids [N][L] -> [N, L, width]}.
     *
     * @param mask {@code [N][L]}, 0 where a text is padding, which then no token sees; or null
     */
    public Tensor apply(Frame caller, int[][] ids, int @Nullable [][] mask) {
        try (Frame frame = caller.frame()) {
            Tensor embedded = TokenRows.embed(frame, tokens, ids);
            Tensor padding = mask == null ? null : Mask.padding(frame, mask);
            Tensor shared = config.biasPerLayer() ? null : bias(frame, layers.getFirst(), ids[0].length, padding);
            Tensor h = Layers.run(frame, layers, embedded, (layer, inner, x) -> {
                try (Frame own = inner.frame()) {
                    Tensor bias = shared == null ? bias(own, layer, ids[0].length, padding) : shared;
                    return own.keep(layer.apply(own, x, bias));
                }
            });
            return frame.keep(finalNorm.apply(frame, h));
        }
    }

    private static Tensor bias(Frame frame, Layer layer, int length, @Nullable Tensor padding) {
        return Objects.requireNonNull(layer.attention().position()).apply(frame, length, padding);
    }
}
