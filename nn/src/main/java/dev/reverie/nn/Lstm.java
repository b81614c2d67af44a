package dev.reverie.nn;

import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Recurrent;
import dev.reverie.tensor.Recurrent.LstmWeights;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.io.WeightScope;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Bidirectional LSTM from zero states: {@code x [N, T, in] -> [N, T, 2 hidden]}, forward half first. */
public record Lstm(List<Layer> layers) {

    /** One layer's two directions. */
    public record Layer(LstmWeights forward, LstmWeights backward) {}

    public Lstm {
        layers = List.copyOf(layers);
    }

    /** Reads torch's names: {@code weight_ih_l0 [4 hidden, in]}, {@code weight_hh_l0_reverse} and so on. */
    public static Lstm load(WeightScope scope, int in, int hidden, int layerCount) {
        List<Layer> layers = new ArrayList<>();
        for (int layer = 0; layer < layerCount; layer++) {
            int width = layer == 0 ? in : 2 * hidden;
            layers.add(new Layer(
                    direction(scope, width, hidden, "l" + layer),
                    direction(scope, width, hidden, "l" + layer + "_reverse")));
        }
        return new Lstm(layers);
    }

    private static LstmWeights direction(WeightScope scope, int in, int hidden, String suffix) {
        Shape gates = Shape.of(4 * hidden);
        Tensor ih = scope.tensor("bias_ih_" + suffix, gates);
        Tensor hh = scope.tensor("bias_hh_" + suffix, gates);
        Tensor sum = Tensor.zeros(gates);
        for (int i = 0; i < 4 * hidden; i++) {
            sum.data()[i] = ih.get(i) + hh.get(i);
        }
        return new LstmWeights(
                scope.weight("weight_ih_" + suffix, Shape.of(4 * hidden, in)),
                scope.weight("weight_hh_" + suffix, Shape.of(4 * hidden, hidden)),
                sum);
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
                h = Recurrent.bidirectionalLstm(
                        frame,
                        h,
                        layer.forward,
                        layer.backward,
                        last == null ? null : last.get(2 * i),
                        last == null ? null : last.get(2 * i + 1));
            }
            return frame.keep(h);
        }
    }
}
