package dev.reverie.tts.kokoro;

import dev.reverie.nn.Conv;
import dev.reverie.tensor.ConvGeometry;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Norms.After;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.Window;
import dev.reverie.tensor.io.WeightScope;
import java.util.ArrayList;
import java.util.List;

/** Residual block of the vocoder, {@code AdaINResBlock1}: for each dilation two styled, Snake-activated convolutions. */
record SnakeBlock(List<Layer> layers) {

    /** One residual: dilated convolution, then a plain one. */
    record Layer(StyleNorm norm1, After snake1, Conv conv1, StyleNorm norm2, After snake2, Conv conv2) {

        /** {@code x [N, T, C] -> [N, T, C]}. */
        Tensor apply(Frame caller, Tensor x, Tensor style) {
            try (Frame frame = caller.frame()) {
                Tensor h = conv1.apply(frame, norm1.apply(frame, x, style, snake1));
                return frame.keep(conv2.apply(frame, norm2.apply(frame, h, style, snake2), x));
            }
        }
    }

    SnakeBlock {
        layers = List.copyOf(layers);
    }

    static SnakeBlock load(WeightScope scope, int channels, int kernel, List<Integer> dilations, int styleDim) {
        List<Layer> layers = new ArrayList<>();
        for (int i = 0; i < dilations.size(); i++) {
            layers.add(new Layer(
                    StyleNorm.load(scope.at("adain1").at(i), styleDim, channels),
                    snake(scope.at("alpha1"), i, channels),
                    conv(scope.at("convs1").at(i), channels, kernel, dilations.get(i)),
                    StyleNorm.load(scope.at("adain2").at(i), styleDim, channels),
                    snake(scope.at("alpha2"), i, channels),
                    conv(scope.at("convs2").at(i), channels, kernel, 1)));
        }
        return new SnakeBlock(layers);
    }

    private static After snake(WeightScope alphas, int i, int channels) {
        return new After.Snake(
                alphas.tensor(Integer.toString(i), Shape.of(1, channels, 1)).reshape(channels));
    }

    private static Conv conv(WeightScope scope, int channels, int kernel, int dilation) {
        return Conv.loadWeightNormed(scope, channels, channels, ConvGeometry.of(Window.same(kernel, dilation)));
    }

    /** {@code x [N, T, C], style [N, S] -> [N, T, C]}. */
    Tensor apply(Frame caller, Tensor x, Tensor style) {
        Tensor h = x;
        for (Layer layer : layers) {
            try (Frame frame = caller.frame()) {
                h = frame.keep(layer.apply(frame, h, style));
            }
        }
        return h;
    }
}
