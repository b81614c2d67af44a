package dev.reverie.tts.kokoro;

import dev.reverie.nn.Conv;
import dev.reverie.nn.Linear;
import dev.reverie.nn.Lstm;
import dev.reverie.tensor.ConvGeometry;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.Window;
import dev.reverie.tensor.io.WeightScope;
import java.util.List;

/** How long each phoneme lasts, and the pitch and energy of each frame. */
record ProsodyPredictor(DurationEncoder encoder, Lstm lstm, Linear duration, Lstm shared, Curve pitch, Curve energy) {

    /** Two values a frame: three styled blocks, the second of which doubles the length, and a projection. */
    record Curve(List<StyleBlock> blocks, Conv projection) {
        Curve {
            blocks = List.copyOf(blocks);
        }

        static Curve load(WeightScope blocks, WeightScope projection, int width, int styleDim) {
            return new Curve(
                    List.of(
                            StyleBlock.load(blocks.at(0), width, width, styleDim, false),
                            StyleBlock.load(blocks.at(1), width, width / 2, styleDim, true),
                            StyleBlock.load(blocks.at(2), width / 2, width / 2, styleDim, false)),
                    Conv.load(projection, width / 2, 1, ConvGeometry.of(Window.of(1))));
        }

        /** {@code x [1, F, D] -> [1, 2 F, 1]}. */
        Tensor apply(Frame caller, Tensor x, Tensor style) {
            try (Frame frame = caller.frame()) {
                Tensor h = x;
                for (StyleBlock block : blocks) {
                    h = block.apply(frame, h, style);
                }
                return frame.keep(projection.apply(frame, h));
            }
        }
    }

    static ProsodyPredictor load(WeightScope scope, int styleDim, int width, int layers, int maxDuration) {
        return new ProsodyPredictor(
                DurationEncoder.load(scope.at("text_encoder"), styleDim, width, layers),
                Lstm.load(scope.at("lstm"), width + styleDim, width / 2, 1),
                Linear.load(scope.at("duration_proj.linear_layer"), width, maxDuration),
                Lstm.load(scope.at("shared"), width + styleDim, width / 2, 1),
                Curve.load(scope.at("F0"), scope.at("F0_proj"), width, styleDim),
                Curve.load(scope.at("N"), scope.at("N_proj"), width, styleDim));
    }

    /** Logits of the duration, one for each frame that a phoneme may last: {@code states [1, L, D + S] -> [1, L, max]}. */
    Tensor durationLogits(Frame caller, Tensor states) {
        try (Frame frame = caller.frame()) {
            return frame.keep(duration.apply(frame, lstm.apply(frame, states)));
        }
    }
}
