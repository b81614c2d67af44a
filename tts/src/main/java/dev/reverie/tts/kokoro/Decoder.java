package dev.reverie.tts.kokoro;

import dev.reverie.nn.Conv;
import dev.reverie.tensor.ConvGeometry;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Ops;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.Window;
import dev.reverie.tensor.io.WeightScope;
import java.util.List;

/** Joins what is said with how it is said, and hands it to the vocoder. */
record Decoder(
        Conv pitchConv,
        Conv energyConv,
        Conv textShortcut,
        StyleBlock encode,
        List<StyleBlock> decode,
        Generator generator) {
    private static final int WIDTH = 1024;
    private static final int SHORTCUT_WIDTH = 64;

    Decoder {
        decode = List.copyOf(decode);
    }

    static Decoder load(WeightScope scope, KokoroConfig config) {
        int style = config.styleDim();
        int text = config.hiddenDim();
        int joined = WIDTH + SHORTCUT_WIDTH + 2;
        ConvGeometry halve = ConvGeometry.of(Window.of(3).withStride(2).withPadding(1));
        WeightScope decode = scope.at("decode");
        return new Decoder(
                Conv.loadWeightNormed(scope.at("F0_conv"), 1, 1, halve),
                Conv.loadWeightNormed(scope.at("N_conv"), 1, 1, halve),
                Conv.loadWeightNormed(scope.at("asr_res.0"), text, SHORTCUT_WIDTH, ConvGeometry.of(Window.of(1))),
                StyleBlock.load(scope.at("encode"), text + 2, WIDTH, style, false),
                List.of(
                        StyleBlock.load(decode.at(0), joined, WIDTH, style, false),
                        StyleBlock.load(decode.at(1), joined, WIDTH, style, false),
                        StyleBlock.load(decode.at(2), joined, WIDTH, style, false),
                        StyleBlock.load(decode.at(3), joined, config.generator().initialChannels(), style, true)),
                Generator.load(scope.at("generator"), config.generator(), style));
    }

    /**
     * What the vocoder gets.
     *
     * @param text {@code [1, F, C]}, text states repeated for each frame
     * @param pitch {@code [1, 2 F, 1]} in Hz
     * @param energy {@code [1, 2 F, 1]}
     * @param style {@code [1, S]}
     * @return {@code [1, 2 F, channels]}
     */
    Tensor apply(Frame caller, Tensor text, Tensor pitch, Tensor energy, Tensor style) {
        try (Frame frame = caller.frame()) {
            Tensor f0 = pitchConv.apply(frame, pitch);
            Tensor n = energyConv.apply(frame, energy);
            Tensor h = encode.apply(frame, Ops.concat(frame, text, f0, n), style);
            Tensor shortcut = textShortcut.apply(frame, text);
            for (StyleBlock block : decode) {
                h = block.apply(frame, Ops.concat(frame, h, shortcut, f0, n), style);
            }
            return frame.keep(h);
        }
    }
}
