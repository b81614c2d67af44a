package dev.reverie.tts.kokoro;

import dev.reverie.nn.Conv;
import dev.reverie.nn.Embedding;
import dev.reverie.nn.LayerNorm;
import dev.reverie.nn.Lstm;
import dev.reverie.tensor.ConvGeometry;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Ops;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.Window;
import dev.reverie.tensor.io.WeightScope;
import java.util.ArrayList;
import java.util.List;

/** What each phoneme sounds like among its neighbours: convolutions, then an LSTM. */
record TextEncoder(Embedding embedding, List<Block> blocks, Lstm lstm) {

    /** Convolution, norm, leaky ReLU. */
    record Block(Conv conv, LayerNorm norm) {}

    TextEncoder {
        blocks = List.copyOf(blocks);
    }

    static TextEncoder load(WeightScope scope, int channels, int kernel, int depth, int symbols) {
        List<Block> blocks = new ArrayList<>();
        for (int i = 0; i < depth; i++) {
            WeightScope block = scope.at("cnn").at(i);
            blocks.add(new Block(
                    Conv.loadWeightNormed(block.at(0), channels, channels, ConvGeometry.of(Window.same(kernel, 1))),
                    LayerNorm.load(block.at(1), "gamma", "beta", channels, 1e-5)));
        }
        return new TextEncoder(
                Embedding.load(scope.at("embedding"), symbols, channels),
                blocks,
                Lstm.load(scope.at("lstm"), channels, channels / 2, 1));
    }

    /** {@code ids [L] -> [1, L, C]}. */
    Tensor apply(Frame caller, int[] ids) {
        try (Frame frame = caller.frame()) {
            Tensor embedded = embedding.apply(frame, ids);
            Tensor h = embedded.reshape(1, ids.length, embedded.dim(-1));
            for (Block block : blocks) {
                h = Ops.leakyRelu(frame, block.norm.apply(frame, block.conv.apply(frame, h)), 0.2f);
            }
            return frame.keep(lstm.apply(frame, h));
        }
    }
}
