package dev.reverie.nn;

import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Ops;
import dev.reverie.tensor.Recurrent;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.Weight;
import dev.reverie.tensor.io.WeightScope;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Bidirectional LSTM from zero states: {@code x [N, T, in] -> [N, T, 2 hidden]}, forward half first. */
public record Lstm(List<Layer> layers) {

    /** One layer's two directions. */
    public record Layer(Direction forward, Direction backward) {}

    /**
     * One direction's numbers, gates in torch's order i, f, g, o.
     *
     * @param input {@code [4 hidden, in]}
     * @param hidden {@code [4 hidden, hidden]}
     * @param bias {@code [4 hidden]}, the sum of the checkpoint's two
     */
    public record Direction(Weight input, Weight hidden, Tensor bias) {
        private static Direction load(WeightScope scope, int in, int hidden, String suffix) {
            Shape gates = Shape.of(4 * hidden);
            Tensor ih = scope.tensor("bias_ih_" + suffix, gates);
            Tensor hh = scope.tensor("bias_hh_" + suffix, gates);
            Tensor sum = Tensor.zeros(gates);
            for (int i = 0; i < 4 * hidden; i++) {
                sum.data()[i] = ih.get(i) + hh.get(i);
            }
            return new Direction(
                    scope.weight("weight_ih_" + suffix, Shape.of(4 * hidden, in)),
                    scope.weight("weight_hh_" + suffix, Shape.of(4 * hidden, hidden)),
                    sum);
        }

        private Tensor apply(Frame frame, Tensor x, boolean backward, Recurrent.@Nullable State last) {
            return Recurrent.lstm(frame, x, input, hidden, bias, backward, last);
        }
    }

    public Lstm {
        layers = List.copyOf(layers);
    }

    /** Reads torch's names: {@code weight_ih_l0 [4 hidden, in]}, {@code weight_hh_l0_reverse} and so on. */
    public static Lstm load(WeightScope scope, int in, int hidden, int layerCount) {
        List<Layer> layers = new ArrayList<>();
        for (int layer = 0; layer < layerCount; layer++) {
            int width = layer == 0 ? in : 2 * hidden;
            layers.add(new Layer(
                    Direction.load(scope, width, hidden, "l" + layer),
                    Direction.load(scope, width, hidden, "l" + layer + "_reverse")));
        }
        return new Lstm(layers);
    }

    public Tensor apply(Frame caller, Tensor x) {
        return apply(caller, x, null);
    }

    /**
     * The same, and the last states of each direction.
     *
     * @param last one for each direction of each layer, forward first, {@code [N, hidden]} each; or null
     */
    public Tensor apply(Frame caller, Tensor x, @Nullable List<Recurrent.State> last) {
        try (Frame frame = caller.frame()) {
            Tensor h = x;
            for (int i = 0; i < layers.size(); i++) {
                Layer layer = layers.get(i);
                Tensor forward = layer.forward.apply(frame, h, false, last == null ? null : last.get(2 * i));
                Tensor backward = layer.backward.apply(frame, h, true, last == null ? null : last.get(2 * i + 1));
                h = Ops.concat(frame, forward, backward);
            }
            return frame.keep(h);
        }
    }
}
