package dev.reverie.tensor.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Rotary;
import dev.reverie.tensor.Rotary.Pairing;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.ShapeException;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.Workspace;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Rotation of pairs, against the formula, equal to the bit, and nothing beside it. */
class RotaryKernelTest {
    private static final int HEADS = 3;
    private static final int LENGTH = 5;

    @ParameterizedTest
    @EnumSource
    void isTheFormula(Pairing pairing) {
        for (int pairs = 0; pairs <= 21; pairs++) {
            for (int untouched : new int[] {0, 1, 9}) {
                check(pairing, pairs, 2 * pairs + untouched);
            }
        }
        check(pairing, 600, 1200); // more than one piece
    }

    private static void check(Pairing pairing, int pairs, int d) {
        if (d == 0) {
            return;
        }
        double[][] angles = angles(pairs);
        int width = HEADS * d;
        float[] numbers = ElementwiseTest.numbers(3 + 2 * LENGTH * width);
        Tensor x = Tensor.of(Shape.of(numbers.length), numbers)
                .rows(3, numbers.length)
                .reshape(2, LENGTH, width);
        try (Workspace workspace = Workspace.create();
                Frame frame = workspace.frame()) {
            Tensor y = Rotary.of(pairing, angles).apply(frame, x, HEADS);
            ElementwiseTest.Canary canary = new ElementwiseTest.Canary(0, y.elementCount());
            System.arraycopy(y.toArray(), 0, canary.data, 0, y.elementCount());
            canary.check(at -> element(pairing, angles[at / width % LENGTH], x, at, at % d));
        }
    }

    private static float element(Pairing pairing, double[] angles, Tensor x, int at, int i) {
        int pairs = angles.length;
        if (i >= 2 * pairs) {
            return x.get(at);
        }
        boolean halves = pairing == Pairing.HALVES;
        double angle = angles[halves ? i % pairs : i / 2];
        boolean isFirst = halves ? i < pairs : i % 2 == 0;
        int step = halves ? pairs : 1;
        float sin = (float) StrictMath.sin(angle);
        float partner = x.get(isFirst ? at + step : at - step);
        return Math.fma(partner, isFirst ? -sin : sin, x.get(at) * (float) StrictMath.cos(angle));
    }

    private static double[][] angles(int pairs) {
        double[][] angles = new double[LENGTH][pairs];
        for (int row = 0; row < LENGTH; row++) {
            for (int pair = 0; pair < pairs; pair++) {
                angles[row][pair] = row * 0.7 - pair * 0.31;
            }
        }
        return angles;
    }

    @Test
    void aQuarterTurn() {
        double[][] quarter = {{Math.PI / 2, 0}};
        Tensor x = Tensor.of(Shape.of(1, 1, 4), new float[] {1, 2, 3, 4});
        try (Workspace workspace = Workspace.create();
                Frame frame = workspace.frame()) {
            Tensor neighbours = Rotary.of(Pairing.NEIGHBOURS, quarter).apply(frame, x, 1);
            assertArrayEquals(new float[] {-2, 1, 3, 4}, neighbours.toArray(), 1e-6f);
            Tensor halves = Rotary.of(Pairing.HALVES, quarter).apply(frame, x, 1);
            assertArrayEquals(new float[] {-3, 2, 1, 4}, halves.toArray(), 1e-6f);
        }
    }

    @Test
    void refusesWhatDoesNotFit() {
        Rotary rotary = Rotary.of(Pairing.HALVES, angles(4));
        assertEquals(LENGTH, rotary.length());
        try (Workspace workspace = Workspace.measuring();
                Frame frame = workspace.frame()) {
            Tensor longer = frame.tensor(1, LENGTH + 1, 16);
            assertThrows(ShapeException.class, () -> rotary.apply(frame, longer, 2));
            Tensor narrow = frame.tensor(1, LENGTH, 12);
            assertThrows(ShapeException.class, () -> rotary.apply(frame, narrow, 2));
            assertThrows(ShapeException.class, () -> rotary.apply(frame, narrow, 5));
            assertEquals(narrow.shape(), rotary.apply(frame, narrow, 1).shape(), "measuring");
            assertThrows(ShapeException.class, () -> Rotary.of(Pairing.HALVES, new double[][] {{1}, {1, 2}}));
        }
    }
}
