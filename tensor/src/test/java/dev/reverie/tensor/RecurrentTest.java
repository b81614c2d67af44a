package dev.reverie.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reverie.tensor.Recurrent.LstmWeights;
import dev.reverie.tensor.Recurrent.State;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The LSTM against its definition in double precision, and its directions against each other. */
class RecurrentTest {
    private static final int BATCH = 2;
    private static final int STEPS = 9;
    private static final int IN = 7;
    private static final int SIZE = 21;

    private final Random random = new Random(3);
    private final Tensor input = normal(4 * SIZE, IN);
    private final Tensor hidden = normal(4 * SIZE, SIZE);
    private final LstmWeights weights = new LstmWeights(Weight.of(input), Weight.of(hidden), normal(4 * SIZE));
    private final Tensor x = normal(BATCH, STEPS, IN);

    @Test
    void followsItsDefinition() {
        try (Workspace workspace = Workspace.create();
                Frame frame = workspace.frame()) {
            State last = new State(frame.tensor(BATCH, SIZE), frame.tensor(BATCH, SIZE));
            Tensor y = Recurrent.lstm(frame, x, weights.input(), weights.hidden(), weights.bias(), true, last);
            for (int n = 0; n < BATCH; n++) {
                double[] h = new double[SIZE];
                double[] c = new double[SIZE];
                for (int t = STEPS - 1; t >= 0; t--) {
                    step(n * STEPS + t, h, c);
                    for (int i = 0; i < SIZE; i++) {
                        assertEquals(h[i], y.get((n * STEPS + t) * SIZE + i), 1e-5, "step %d, unit %d".formatted(t, i));
                    }
                }
                for (int i = 0; i < SIZE; i++) {
                    assertEquals(h[i], last.hidden().get(n * SIZE + i), 1e-5);
                    assertEquals(c[i], last.cell().get(n * SIZE + i), 1e-5);
                }
            }
        }
    }

    /** One step in double precision; {@code row} of the inputs. */
    private void step(int row, double[] h, double[] c) {
        double[] gates = new double[4 * SIZE];
        for (int o = 0; o < gates.length; o++) {
            gates[o] = weights.bias().get(o);
            for (int i = 0; i < IN; i++) {
                gates[o] += (double) x.get(row * IN + i) * input.get(o * IN + i);
            }
            for (int i = 0; i < SIZE; i++) {
                gates[o] += h[i] * hidden.get(o * SIZE + i);
            }
        }
        for (int i = 0; i < SIZE; i++) {
            double kept = sigmoid(gates[SIZE + i]) * c[i];
            c[i] = kept + sigmoid(gates[i]) * Math.tanh(gates[2 * SIZE + i]);
            h[i] = sigmoid(gates[3 * SIZE + i]) * Math.tanh(c[i]);
        }
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    @Test
    void bothDirectionsAtOnceAreEachAlone() {
        LstmWeights other =
                new LstmWeights(Weight.of(normal(4 * SIZE, IN)), Weight.of(normal(4 * SIZE, SIZE)), normal(4 * SIZE));
        try (Workspace workspace = Workspace.create();
                Frame frame = workspace.frame()) {
            State[] last = new State[4];
            for (int i = 0; i < 4; i++) {
                last[i] = new State(frame.tensor(BATCH, SIZE), frame.tensor(BATCH, SIZE));
            }
            Tensor forward =
                    Recurrent.lstm(frame, x, weights.input(), weights.hidden(), weights.bias(), false, last[0]);
            Tensor backward = Recurrent.lstm(frame, x, other.input(), other.hidden(), other.bias(), true, last[1]);
            Tensor both = Recurrent.bidirectionalLstm(frame, x, weights, other, last[2], last[3]);
            assertArrayEquals(Ops.concat(frame, forward, backward).toArray(), both.toArray());
            for (int i = 0; i < 2; i++) {
                assertArrayEquals(
                        last[i].hidden().toArray(), last[i + 2].hidden().toArray());
                assertArrayEquals(last[i].cell().toArray(), last[i + 2].cell().toArray());
            }
        }
    }

    private Tensor normal(int... sizes) {
        Tensor tensor = Tensor.zeros(Shape.of(sizes));
        for (int i = 0; i < tensor.elementCount(); i++) {
            tensor.data()[i] = (float) random.nextGaussian();
        }
        return tensor;
    }
}
