package dev.reverie.nn.encoder;

import dev.reverie.nn.Embedding;
import dev.reverie.nn.LayerNorm;
import dev.reverie.nn.Linear;
import dev.reverie.nn.attention.Attention;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.Weight;
import dev.reverie.tensor.io.WeightScope;
import java.util.ArrayList;
import java.util.List;

/**
 * GPT-2 without its head (Radford et al., 2019). Names as in huggingface/transformers, models/gpt2/modeling_gpt2.py,
 * GPT2Model. Its matrices are stored {@code [in, out]}.
 */
public record Gpt2(
        Embedding tokens, Embedding positions, List<PreNormLayer> layers, LayerNorm finalNorm, Gpt2Config config) {

    public Gpt2 {
        layers = List.copyOf(layers);
    }

    public static Gpt2 load(WeightScope scope, Gpt2Config config) {
        List<PreNormLayer> layers = new ArrayList<>();
        for (int i = 0; i < config.layers(); i++) {
            layers.add(layer(scope.at("h").at(i), config));
        }
        return new Gpt2(
                Embedding.load(scope.at("wte"), config.vocabulary(), config.width()),
                Embedding.load(scope.at("wpe"), config.positions(), config.width()),
                layers,
                LayerNorm.load(scope.at("ln_f"), config.width(), config.layerNormEps()),
                config);
    }

    private static PreNormLayer layer(WeightScope scope, Gpt2Config config) {
        int width = config.width();
        List<Linear> inputs = linears(scope.at("attn.c_attn"), width, width, 3); // query, key and value side by side
        return new PreNormLayer(
                LayerNorm.load(scope.at("ln_1"), width, config.layerNormEps()),
                new Attention(
                        inputs.get(0),
                        inputs.get(1),
                        inputs.get(2),
                        linears(scope.at("attn.c_proj"), width, width, 1).getFirst(),
                        config.heads()),
                LayerNorm.load(scope.at("ln_2"), width, config.layerNormEps()),
                linears(scope.at("mlp.c_fc"), width, config.innerWidth(), 1).getFirst(),
                linears(scope.at("mlp.c_proj"), config.innerWidth(), width, 1).getFirst(),
                config.activation(),
                true);
    }

    /** Cuts {@code weight [in, parts out]} and {@code bias [parts out]} into layers of their own. */
    private static List<Linear> linears(WeightScope scope, int in, int out, int parts) {
        Tensor weight = scope.tensor("weight", Shape.of(in, parts * out));
        Tensor bias = scope.tensor("bias", Shape.of(parts * out));
        List<Linear> linears = new ArrayList<>();
        for (int part = 0; part < parts; part++) {
            Tensor turned = Tensor.zeros(Shape.of(out, in));
            for (int o = 0; o < out; o++) {
                for (int i = 0; i < in; i++) {
                    turned.data()[o * in + i] = weight.get((i * parts + part) * out + o);
                }
            }
            linears.add(new Linear(Weight.of(turned), bias.rows(part * out, (part + 1) * out)));
        }
        return linears;
    }

    /** The last states, normalised: {@code ids [N][L] -> [N, L, width]}. */
    public Tensor apply(Frame caller, int[][] ids) {
        try (Frame frame = caller.frame()) {
            Tensor embedded = TokenRows.embed(frame, tokens, ids);
            return frame.keep(apply(frame, TokenRows.addPositions(frame, positions, embedded)));
        }
    }

    /** The same from states that were embedded elsewhere: {@code x [N, L, width] -> [N, L, width]}. */
    public Tensor apply(Frame caller, Tensor x) {
        try (Frame frame = caller.frame()) {
            return frame.keep(finalNorm.apply(frame, Layers.run(frame, layers, x, PreNormLayer::apply)));
        }
    }
}
