package dev.reverie.nn.encoder;

import dev.reverie.nn.Embedding;
import dev.reverie.nn.Linear;
import dev.reverie.nn.RmsNorm;
import dev.reverie.nn.attention.Mask;
import dev.reverie.nn.attention.Rope;
import dev.reverie.tensor.Activation;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Heads;
import dev.reverie.tensor.Ops;
import dev.reverie.tensor.Rotary;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.io.WeightScope;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Llama without its head (Touvron et al., arXiv 2302.13971; grouped queries: Ainslie et al., arXiv 2305.13245), whose
 * states inside serve HunyuanVideo as an encoding of text. Names as in huggingface/transformers,
 * models/llama/modeling_llama.py.
 */
public record Llama(Embedding tokens, List<Layer> layers, RmsNorm finalNorm, LlamaConfig config) {

    /** Causal self-attention and a gated feed-forward part, each normalised before and added to its input. */
    public record Layer(
            RmsNorm attentionNorm,
            SelfAttention attention,
            RmsNorm feedForwardNorm,
            Linear gate,
            Linear up,
            Linear down) {

        static Layer load(WeightScope scope, LlamaConfig config) {
            int width = config.width();
            WeightScope mlp = scope.at("mlp");
            return new Layer(
                    RmsNorm.load(scope.at("input_layernorm"), width, config.eps()),
                    SelfAttention.load(scope.at("self_attn"), config),
                    RmsNorm.load(scope.at("post_attention_layernorm"), width, config.eps()),
                    Linear.loadWithoutBias(mlp.at("gate_proj"), width, config.innerWidth()),
                    Linear.loadWithoutBias(mlp.at("up_proj"), width, config.innerWidth()),
                    Linear.loadWithoutBias(mlp.at("down_proj"), config.innerWidth(), width));
        }

        /** {@code x [N, L, C] -> [N, L, C]}; padding {@code [N, 1, 1, L]} or none. */
        Tensor apply(Frame caller, Tensor x, Rotary rotary, @Nullable Tensor padding) {
            try (Frame frame = caller.frame()) {
                Tensor h = attention.apply(frame, attentionNorm.apply(frame, x), rotary, padding);
                h = Ops.add(frame, x, h);
                Tensor normed = feedForwardNorm.apply(frame, h);
                Tensor gates = Ops.activate(frame, gate.apply(frame, normed), Activation.SILU);
                Tensor inner = Ops.multiply(frame, gates, up.apply(frame, normed));
                return frame.keep(Ops.add(frame, h, down.apply(frame, inner)));
            }
        }
    }

    /** Causal attention with rotary positions; {@code keyValueHeads} heads of keys and values serve {@code heads}. */
    public record SelfAttention(
            Linear query, Linear key, Linear value, Linear out, int heads, int keyValueHeads, int headWidth) {

        static SelfAttention load(WeightScope scope, LlamaConfig config) {
            int width = config.width();
            int queries = config.heads() * config.headWidth();
            int keys = config.keyValueHeads() * config.headWidth();
            return new SelfAttention(
                    Linear.loadWithoutBias(scope.at("q_proj"), width, queries),
                    Linear.loadWithoutBias(scope.at("k_proj"), width, keys),
                    Linear.loadWithoutBias(scope.at("v_proj"), width, keys),
                    Linear.loadWithoutBias(scope.at("o_proj"), queries, width),
                    config.heads(),
                    config.keyValueHeads(),
                    config.headWidth());
        }

        Tensor apply(Frame caller, Tensor x, Rotary rotary, @Nullable Tensor padding) {
            try (Frame frame = caller.frame()) {
                Tensor q = rotary.apply(frame, query.apply(frame, x), heads);
                Tensor k = rotary.apply(frame, key.apply(frame, x), keyValueHeads);
                Tensor v = value.apply(frame, x);
                float scale = (float) (1 / Math.sqrt(headWidth));
                return frame.keep(out.apply(frame, Heads.attention(frame, q, k, v, heads, scale, padding, true)));
            }
        }
    }

    public Llama {
        layers = List.copyOf(layers);
    }

    /** Reads the trunk's tensors, with or without {@code model.} before their names; {@code lm_head} is not read. */
    public static Llama load(WeightScope scope, LlamaConfig config) {
        WeightScope model = scope.has("model.norm.weight") ? scope.at("model") : scope;
        List<Layer> layers = new ArrayList<>();
        for (int i = 0; i < config.layers(); i++) {
            layers.add(Layer.load(model.at("layers").at(i), config));
        }
        return new Llama(
                Embedding.load(model.at("embed_tokens"), config.vocabulary(), config.width()),
                layers,
                RmsNorm.load(model.at("norm"), config.width(), config.eps()),
                config);
    }

    /**
     * States after all layers but the last {@code skip}, not normalised: {@code ids [N][L] -> [N, L, width]}. What
     * transformers calls {@code hidden_states[-3]} is {@code skip = 2}.
     *
     * @param mask {@code [N][L]}, 0 where a text is padding, which then no token sees; or null
     */
    public Tensor hidden(Frame caller, int[][] ids, int @Nullable [][] mask, int skip) {
        try (Frame frame = caller.frame()) {
            Tensor embedded = TokenRows.embed(frame, tokens, ids);
            return frame.keep(run(frame, Layers.first(layers, skip), embedded, mask));
        }
    }

    /** The last states, normalised, from what {@link #hidden} gave for the same mask and {@code skip}. */
    public Tensor last(Frame caller, Tensor hidden, int @Nullable [][] mask, int skip) {
        try (Frame frame = caller.frame()) {
            return frame.keep(finalNorm.apply(frame, run(frame, Layers.last(layers, skip), hidden, mask)));
        }
    }

    private Tensor run(Frame caller, List<Layer> part, Tensor x, int @Nullable [][] mask) {
        try (Frame frame = caller.frame()) {
            Tensor padding = mask == null ? null : Mask.padding(frame, mask);
            Rotary rotary = Rope.sequence(Rotary.Pairing.HALVES, config.ropeTheta(), config.headWidth(), x.dim(1));
            return frame.keep(Layers.run(frame, part, x, (layer, inner, h) -> layer.apply(inner, h, rotary, padding)));
        }
    }
}
