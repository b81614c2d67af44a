package dev.reverie.tts.kokoro;

import dev.reverie.nn.Linear;
import dev.reverie.nn.Lstm;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Norms;
import dev.reverie.tensor.Ops;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.io.WeightScope;
import java.util.ArrayList;
import java.util.List;

/** Mixes phoneme states and style: LSTMs, each followed by a layer norm that the style scales and shifts. */
record DurationEncoder(List<Block> blocks) {

    /** LSTM and {@code AdaLayerNorm}; the style gives gamma, then beta. */
    record Block(Lstm lstm, Linear style) {}

    DurationEncoder {
        blocks = List.copyOf(blocks);
    }

    static DurationEncoder load(WeightScope scope, int styleDim, int width, int layers) {
        List<Block> blocks = new ArrayList<>();
        for (int i = 0; i < layers; i++) {
            blocks.add(new Block(
                    Lstm.load(scope.at("lstms").at(2 * i), width + styleDim, width / 2, 1),
                    Linear.load(scope.at("lstms").at(2 * i + 1).at("fc"), styleDim, 2 * width)));
        }
        return new DurationEncoder(blocks);
    }

    /** {@code x [1, L, D], style [1, S] -> [1, L, D + S]}. */
    Tensor apply(Frame caller, Tensor x, Tensor style) {
        try (Frame frame = caller.frame()) {
            Tensor everywhere =
                    Ops.repeatRows(frame, style, new int[] {x.dim(1)}).reshape(1, x.dim(1), style.dim(1));
            Tensor h = Ops.concat(frame, x, everywhere);
            for (Block block : blocks) {
                h = block.lstm.apply(frame, h);
                h = Ops.concat(frame, normalise(frame, h, block.style.apply(frame, style)), everywhere);
            }
            return frame.keep(h);
        }
    }

    /** (1 + gamma) norm(x) + beta over the last axis. */
    private static Tensor normalise(Frame frame, Tensor x, Tensor gammaBeta) {
        int width = x.dim(-1);
        Tensor scale = frame.tensor(width);
        Tensor shift = Ops.columns(frame, gammaBeta, width, 2 * width);
        if (!frame.isMeasuring()) {
            for (int i = 0; i < width; i++) {
                scale.data()[scale.offset() + i] = 1 + gammaBeta.get(i);
            }
        }
        return Norms.layer(frame, x, scale, shift, 1e-5f);
    }
}
