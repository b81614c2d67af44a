package dev.reverie.tensor.kernel;

import dev.reverie.tensor.Recurrent;
import dev.reverie.tensor.Tensor;

/** The time loop of an LSTM, once the inputs' part of the gates is known. */
public final class LstmKernel {
    private LstmKernel() {}

    /** {@code gates [N, T, 4 h]} with the inputs' part and the bias, {@code cell [N, h]}, {@code y [N, T, h]}. */
    public static void run(Tensor gates, Panels hidden, boolean backward, Tensor cell, Tensor y) {
        int steps = y.dim(1);
        int size = y.dim(2);
        for (int n = 0; n < y.dim(0); n++) {
            float[] h = new float[size];
            float[] g = new float[4 * size];
            java.util.Arrays.fill(cell.data(), cell.offset() + n * size, cell.offset() + (n + 1) * size, 0f);
            for (int step = 0; step < steps; step++) {
                int t = n * steps + (backward ? steps - 1 - step : step);
                Epilogue inputPart = new Epilogue(gates.data(), gates.offset() + t * 4 * size, null, 0);
                MatMul.multiply(1, h, 0, size, hidden, inputPart, g, 0, 4 * size);
                for (int i = 0; i < size; i++) {
                    int at = cell.offset() + n * size + i;
                    float keep = sigmoid(g[size + i]) * cell.data()[at];
                    float c = Math.fma(sigmoid(g[i]), FloatMath.tanh(g[2 * size + i]), keep);
                    cell.data()[at] = c;
                    h[i] = sigmoid(g[3 * size + i]) * FloatMath.tanh(c);
                }
                System.arraycopy(h, 0, y.data(), y.offset() + t * size, size);
            }
        }
    }

    public static void copyLast(Tensor y, Tensor cell, boolean backward, Recurrent.State last) {
        int steps = y.dim(1);
        int size = y.dim(2);
        for (int n = 0; n < y.dim(0); n++) {
            int t = n * steps + (backward ? 0 : steps - 1);
            System.arraycopy(
                    y.data(),
                    y.offset() + t * size,
                    last.hidden().data(),
                    last.hidden().offset() + n * size,
                    size);
            System.arraycopy(
                    cell.data(),
                    cell.offset() + n * size,
                    last.cell().data(),
                    last.cell().offset() + n * size,
                    size);
        }
    }

    private static float sigmoid(float x) {
        return 1f / (1f + FloatMath.exp(-x));
    }
}
