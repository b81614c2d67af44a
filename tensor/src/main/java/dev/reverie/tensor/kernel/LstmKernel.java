package dev.reverie.tensor.kernel;

import dev.reverie.tensor.Activation;
import java.util.Arrays;
import java.util.List;

/** The time loop of an LSTM, once the inputs' part of the gates is known. */
public final class LstmKernel {
    private static final int GATES = 1; // scratch slots
    private static final int CELL_TANH = 2;

    private LstmKernel() {}

    /**
     * One direction of a layer of {@code h} units.
     *
     * @param hidden the product with the last hidden state, {@code [h, 4 h]}; gates in the order i, f, g, o
     * @param backward whether time runs from the last step to the first
     * @param gates {@code [N, T, 4 h]}, the inputs' part and the bias
     * @param cell {@code [N, h]}, receives the last cell state
     * @param column where its hidden states lie in a row of the result
     */
    public record Direction(PanelSource hidden, boolean backward, FeatureMap gates, FeatureMap cell, int column) {}

    /** Runs directions side by side, from zero states; {@code y [N, T, ..]} receives the hidden states. */
    public static void run(FeatureMap y, List<Direction> directions) {
        Pool.run(
                y.batch * directions.size(),
                (piece, scratch) ->
                        sequence(y, piece / directions.size(), directions.get(piece % directions.size()), scratch));
    }

    private static void sequence(FeatureMap y, int n, Direction direction, Scratch scratch) {
        int steps = y.size(2);
        int size = direction.cell.channels;
        float[] gates = scratch.floats(GATES, 4 * size);
        Arrays.fill(direction.cell.data, direction.cell.at(n), direction.cell.at(n) + size, 0f);
        Rows last = new Rows(y.data, gates, 1);
        Product product = new Product(last, Runs.of(size), direction.hidden, Epilogue.NONE, scratch);
        Arrays.fill(gates, 0, 4 * size, 0f); // what the first product, with zeros, would be
        for (int step = 0; step < steps; step++) {
            int t = direction.backward ? steps - 1 - step : step;
            int inputs = direction.gates.at(n) + t * 4 * size;
            Elementwise.addBlock(4 * size, gates, 0, direction.gates.data, inputs, gates, 0);
            int to = y.at(n) + t * y.channels + direction.column;
            step(size, gates, direction.cell.data, direction.cell.at(n), y.data, to, scratch);
            last.set(1, to, 0, 0, 0);
            product.run(0, 4 * size);
        }
    }

    /** c = sigmoid(f) c + sigmoid(i) tanh(g), h = sigmoid(o) tanh(c). */
    private static void step(int size, float[] gates, float[] cell, int at, float[] y, int to, Scratch scratch) {
        float[] tanh = scratch.floats(CELL_TANH, size);
        Elementwise.activateBlock(Activation.SIGMOID, 2 * size, gates, 0, gates, 0);
        Elementwise.activateBlock(Activation.TANH, size, gates, 2 * size, gates, 2 * size);
        Elementwise.activateBlock(Activation.SIGMOID, size, gates, 3 * size, gates, 3 * size);
        for (int i = 0; i < size; i++) {
            cell[at + i] = Math.fma(gates[i], gates[2 * size + i], gates[size + i] * cell[at + i]);
        }
        Elementwise.activateBlock(Activation.TANH, size, cell, at, tanh, 0);
        for (int i = 0; i < size; i++) {
            y[to + i] = gates[3 * size + i] * tanh[i];
        }
    }
}
