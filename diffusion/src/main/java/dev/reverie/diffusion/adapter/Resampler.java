package dev.reverie.diffusion.adapter;

import dev.reverie.nn.LayerNorm;
import dev.reverie.nn.Linear;
import dev.reverie.tensor.Activation;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Heads;
import dev.reverie.tensor.Ops;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.io.WeightScope;
import java.util.ArrayList;
import java.util.List;

/**
 * IP-Adapter Plus: T learned queries that look at the states of a picture, layer after layer (tencent-ailab/IP-Adapter,
 * ip_adapter/resampler.py; after Flamingo's, arXiv 2204.14198).
 *
 * @param queries {@code [T, width]}
 */
record Resampler(Tensor queries, Linear projectionIn, List<Layer> layers, Linear projectionOut, LayerNorm norm)
        implements ImageProjection {

    Resampler {
        layers = List.copyOf(layers);
    }

    /** Reads {@code latents, proj_in, layers, proj_out, norm_out}. */
    static Resampler load(WeightScope scope) {
        Shape queries = FileShapes.of(scope, "latents", 3);
        int width = queries.dim(2);
        int in = FileShapes.of(scope, "proj_in.weight", 2).dim(1);
        int out = FileShapes.of(scope, "proj_out.weight", 2).dim(0);
        List<Layer> layers = new ArrayList<>();
        while (scope.has("layers." + layers.size() + ".0.to_q.weight")) {
            layers.add(Layer.load(scope.at("layers").at(layers.size()), width));
        }
        return new Resampler(
                scope.tensor("latents", queries.with(0, 1)).reshape(queries.dim(1), width),
                Linear.load(scope.at("proj_in"), in, width),
                layers,
                Linear.load(scope.at("proj_out"), width, out),
                LayerNorm.load(scope.at("norm_out"), out, EPS));
    }

    @Override
    public boolean takesEmbedding() {
        return false;
    }

    @Override
    public int inputWidth() {
        return projectionIn.weight().shape().dim(1);
    }

    @Override
    public int outputWidth() {
        return projectionOut.weight().shape().dim(0);
    }

    @Override
    public Tensor apply(Frame caller, Tensor features) {
        int count = features.dim(0);
        int tokens = queries.dim(0);
        try (Frame frame = caller.frame()) {
            Tensor states = projectionIn.apply(frame, features);
            Tensor flat = queries.reshape(1, queries.elementCount());
            Tensor x = Ops.repeatRows(frame, flat, new int[] {count}).reshape(count, tokens, queries.dim(1));
            for (Layer layer : layers) {
                x = layer.apply(frame, x, states);
            }
            return frame.keep(norm.apply(frame, projectionOut.apply(frame, x)));
        }
    }

    /**
     * Attention of the queries to the states and to themselves, then feed-forward, both with residuals.
     *
     * @param keyValue both in one matrix, keys first
     */
    record Layer(
            LayerNorm stateNorm,
            LayerNorm queryNorm,
            Linear query,
            Linear keyValue,
            Linear out,
            LayerNorm innerNorm,
            Linear widen,
            Linear narrow) {

        /** The same in all files. */
        private static final int HEAD_WIDTH = 64;

        static Layer load(WeightScope scope, int width) {
            WeightScope attention = scope.at("0");
            WeightScope inner = scope.at("1");
            int heads = FileShapes.of(attention, "to_q.weight", 2).dim(0);
            if (heads % HEAD_WIDTH != 0) {
                throw new IllegalArgumentException("has queries of width %d in %s, no heads of %d"
                        .formatted(heads, attention.nameOf("to_q"), HEAD_WIDTH));
            }
            int wide = FileShapes.of(inner, "1.weight", 2).dim(0);
            return new Layer(
                    LayerNorm.load(attention.at("norm1"), width, EPS),
                    LayerNorm.load(attention.at("norm2"), width, EPS),
                    Linear.loadWithoutBias(attention.at("to_q"), width, heads),
                    Linear.loadWithoutBias(attention.at("to_kv"), width, 2 * heads),
                    Linear.loadWithoutBias(attention.at("to_out"), heads, width),
                    LayerNorm.load(inner.at("0"), width, EPS),
                    Linear.loadWithoutBias(inner.at("1"), width, wide),
                    Linear.loadWithoutBias(inner.at("3"), wide, width));
        }

        /** {@code x [n, T, width], states [n, L, width] -> [n, T, width]}. */
        Tensor apply(Frame caller, Tensor x, Tensor states) {
            try (Frame frame = caller.frame()) {
                Tensor seen = attend(frame, x, states);
                Tensor h = widen.apply(frame, innerNorm.apply(frame, seen));
                Ops.activateInto(h, Activation.GELU);
                return frame.keep(narrow.apply(frame, h, seen));
            }
        }

        private Tensor attend(Frame caller, Tensor x, Tensor states) {
            int width = query.weight().shape().dim(0);
            try (Frame frame = caller.frame()) {
                Tensor queries = queryNorm.apply(frame, x);
                Tensor both = keyValue.apply(frame, joined(frame, stateNorm.apply(frame, states), queries));
                Tensor seen = Heads.attention(
                        frame,
                        query.apply(frame, queries),
                        Ops.columns(frame, both, 0, width),
                        Ops.columns(frame, both, width, 2 * width),
                        width / HEAD_WIDTH,
                        (float) (1 / Math.sqrt(HEAD_WIDTH)),
                        null,
                        false);
                return frame.keep(out.apply(frame, seen, x));
            }
        }

        /** {@code [n, A, D], [n, B, D] -> [n, A + B, D]}. */
        private static Tensor joined(Frame frame, Tensor a, Tensor b) {
            int count = a.dim(0);
            int width = a.dim(2);
            return Ops.concat(frame, a.reshape(count, a.dim(1) * width), b.reshape(count, b.dim(1) * width))
                    .reshape(count, a.dim(1) + b.dim(1), width);
        }
    }
}
