package dev.reverie.tensor;

import static dev.reverie.tensor.ShapeException.require;

import dev.reverie.tensor.kernel.FeatureMap;
import dev.reverie.tensor.kernel.LstmKernel;
import dev.reverie.tensor.kernel.PanelSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Recurrent layers. */
public final class Recurrent {
    private Recurrent() {}

    /** Where the last hidden and cell states of an LSTM go, {@code [N, hidden]} each. */
    public record State(Tensor hidden, Tensor cell) {}

    /**
     * The weights of one direction of an LSTM layer; gates in torch's order i, f, g, o.
     *
     * @param input {@code [4 hidden, in]}
     * @param hidden {@code [4 hidden, hidden]}
     * @param bias {@code [4 hidden]}, the sum of both biases
     */
    public record LstmWeights(Weight input, Weight hidden, Tensor bias) {
        public LstmWeights {
            int size = hidden.shape().dim(1);
            require(
                    hidden.shape().dim(0) == 4 * size
                            && input.shape().dim(0) == 4 * size
                            && bias.elementCount() == 4 * size,
                    "lstm",
                    "weights [4 hidden, in], [4 hidden, hidden] and bias [4 hidden]",
                    input.shape(),
                    hidden.shape(),
                    bias);
        }

        int size() {
            return hidden.shape().dim(1);
        }
    }

    /**
     * One direction of an LSTM layer over time, from zero states; gates in torch's order i, f, g, o.
     *
     * @param x {@code [N, T, in]}
     * @param input {@code [4 hidden, in]}
     * @param hidden {@code [4 hidden, hidden]}
     * @param bias {@code [4 hidden]}, the sum of both biases
     * @param backward whether time runs from the last step to the first
     * @param last receives the states after the last step taken, or null
     * @return {@code [N, T, hidden]}
     */
    public static Tensor lstm(
            Frame caller, Tensor x, Weight input, Weight hidden, Tensor bias, boolean backward, @Nullable State last) {
        return run(caller, x, List.of(new Direction(new LstmWeights(input, hidden, bias), backward, last)));
    }

    /**
     * Both directions of an LSTM layer, at once on two threads, from zero states.
     *
     * @param x {@code [N, T, in]}
     * @param lastForward receives the forward direction's states after the last step, or null
     * @param lastBackward receives the backward direction's states after the first step, or null
     * @return {@code [N, T, 2 hidden]}, the hidden states of the forward direction first
     */
    public static Tensor bidirectionalLstm(
            Frame caller,
            Tensor x,
            LstmWeights forward,
            LstmWeights backward,
            @Nullable State lastForward,
            @Nullable State lastBackward) {
        require(
                forward.size() == backward.size(),
                "lstm",
                "directions of one size",
                forward.hidden(),
                backward.hidden());
        return run(
                caller,
                x,
                List.of(new Direction(forward, false, lastForward), new Direction(backward, true, lastBackward)));
    }

    private record Direction(
            LstmWeights weights, boolean backward, @Nullable State last) {}

    private static Tensor run(Frame caller, Tensor x, List<Direction> directions) {
        require(x.shape().rank() == 3, "lstm", "x [N, T, in]", x);
        int size = directions.getFirst().weights.size();
        Tensor y = caller.tensor(x.shape().with(-1, directions.size() * size));
        try (Frame frame = caller.frame()) {
            List<Tensor> cells = new ArrayList<>();
            List<LstmKernel.Direction> work = new ArrayList<>();
            for (Direction direction : directions) {
                Tensor cell = frame.tensor(x.dim(0), size);
                Tensor gates = Ops.linear(frame, x, direction.weights.input, direction.weights.bias);
                frame.count((long) x.dim(0) * x.dim(1) * 4 * size * size);
                cells.add(cell);
                if (!frame.isMeasuring()) {
                    work.add(kernel(direction, gates, cell, work.size() * size));
                }
            }
            if (!frame.isMeasuring()) {
                LstmKernel.run(map(y), work);
                for (int i = 0; i < work.size(); i++) {
                    copyLast(y, i * size, cells.get(i), directions.get(i));
                }
            }
        }
        return y;
    }

    private static LstmKernel.Direction kernel(Direction direction, Tensor gates, Tensor cell, int column) {
        PanelSource hidden = direction.weights.hidden.panels();
        Tensor oneStep = cell.reshape(cell.dim(0), 1, cell.dim(1));
        return new LstmKernel.Direction(hidden, direction.backward, map(gates), map(oneStep), column);
    }

    private static FeatureMap map(Tensor x) {
        return new FeatureMap(x.data(), x.offset(), x.dim(0), new int[] {1, 1, x.dim(1)}, x.dim(2));
    }

    /** Hands out the states after the last step taken, from the direction's columns of {@code y} and its cells. */
    private static void copyLast(Tensor y, int column, Tensor cell, Direction direction) {
        State last = direction.last;
        int steps = y.dim(1);
        int size = cell.dim(1);
        for (int n = 0; last != null && n < y.dim(0) && steps > 0; n++) {
            int t = n * steps + (direction.backward ? 0 : steps - 1);
            int to = n * size;
            System.arraycopy(
                    y.data(), y.offset() + t * y.dim(2) + column, last.hidden.data(), last.hidden.offset() + to, size);
            System.arraycopy(cell.data(), cell.offset() + to, last.cell.data(), last.cell.offset() + to, size);
        }
    }
}
