package dev.reverie.tensor;

import static dev.reverie.tensor.ShapeException.require;

import dev.reverie.tensor.kernel.LstmKernel;
import dev.reverie.tensor.kernel.Panels;
import org.jspecify.annotations.Nullable;

/** Recurrent layers. */
public final class Recurrent {
    private Recurrent() {}

    /** Where the last hidden and cell states of an LSTM go, {@code [N, hidden]} each. */
    public record State(Tensor hidden, Tensor cell) {}

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
        require(x.shape().rank() == 3, "lstm", "x [N, T, in]", x);
        Tensor y = caller.tensor(x.shape().with(-1, size));
        try (Frame frame = caller.frame()) {
            Tensor gates = Ops.linear(frame, x, input, bias);
            frame.count((long) x.dim(0) * x.dim(1) * 4 * size * size);
            Tensor cell = frame.tensor(x.dim(0), size);
            if (!frame.isMeasuring()) {
                Panels panels = switch (hidden) {
                    case Weight.F32 w -> w.panels();
                };
                LstmKernel.run(gates, panels, backward, cell, y);
                if (last != null) {
                    LstmKernel.copyLast(y, cell, backward, last);
                }
            }
        }
        return y;
    }
}
