package dev.reverie.nn.encoder;

import dev.reverie.nn.LayerNorm;
import dev.reverie.nn.Linear;
import dev.reverie.nn.attention.Attention;
import dev.reverie.tensor.Activation;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Ops;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.io.WeightScope;

/** A layer of CLIP and GPT-2: attention, then a feed-forward part, each normalised before and added to its input. */
public record PreNormLayer(
        LayerNorm attentionNorm,
        Attention attention,
        LayerNorm feedForwardNorm,
        Linear up,
        Linear down,
        Activation activation,
        boolean causal) {

    /** Reads CLIP's names. */
    static PreNormLayer loadClip(
            WeightScope scope, int width, int inner, int heads, Activation activation, double eps, boolean causal) {
        WeightScope attention = scope.at("self_attn");
        return new PreNormLayer(
                LayerNorm.load(scope.at("layer_norm1"), width, eps),
                new Attention(
                        Linear.load(attention.at("q_proj"), width, width),
                        Linear.load(attention.at("k_proj"), width, width),
                        Linear.load(attention.at("v_proj"), width, width),
                        Linear.load(attention.at("out_proj"), width, width),
                        heads),
                LayerNorm.load(scope.at("layer_norm2"), width, eps),
                Linear.load(scope.at("mlp.fc1"), width, inner),
                Linear.load(scope.at("mlp.fc2"), inner, width),
                activation,
                causal);
    }

    /** {@code x [N, L, C] -> [N, L, C]}. */
    Tensor apply(Frame caller, Tensor x) {
        try (Frame frame = caller.frame()) {
            Tensor h = Ops.add(frame, x, attend(frame, attentionNorm.apply(frame, x)));
            Tensor inner = up.apply(frame, feedForwardNorm.apply(frame, h));
            inner = Ops.activate(frame, inner, activation);
            return frame.keep(Ops.add(frame, h, down.apply(frame, inner)));
        }
    }

    private Tensor attend(Frame frame, Tensor h) {
        return causal ? attention.applyCausal(frame, h) : attention.apply(frame, h, null);
    }
}
