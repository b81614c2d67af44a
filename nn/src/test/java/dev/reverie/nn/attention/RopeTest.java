package dev.reverie.nn.attention;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Rotary;
import dev.reverie.tensor.Rotary.Pairing;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.Workspace;
import org.junit.jupiter.api.Test;

class RopeTest {
    @Test
    void pairsTurnSlowerTheLaterTheyAre() {
        Rotary rope = Rope.sequence(Pairing.NEIGHBOURS, 100, 4, 3);
        float[] turned = turn(rope, 3, 4, 1);
        // position 2: angles 2 and 2 / 10
        float[] expected = {(float) Math.cos(2), (float) Math.sin(2), (float) Math.cos(0.2), (float) Math.sin(0.2)};
        assertArrayEquals(expected, new float[] {turned[8], turned[9], turned[10], turned[11]}, 1e-7f);
    }

    @Test
    void eachAxisTurnsItsOwnPart() {
        double[][] positions = {{0, 0}, {3, 5}};
        float[] both = turn(Rope.axes(Pairing.NEIGHBOURS, 100, new int[] {4, 2}, positions), 2, 6, 1);
        float[] first = turn(Rope.sequence(Pairing.NEIGHBOURS, 100, 4, 6), 6, 4, 1);
        float[] second = turn(Rope.sequence(Pairing.NEIGHBOURS, 100, 2, 6), 6, 2, 1);
        for (int i = 0; i < 4; i++) {
            assertEquals(first[3 * 4 + i], both[6 + i]);
        }
        assertEquals(second[5 * 2], both[6 + 4]);
        assertEquals(second[5 * 2 + 1], both[6 + 5]);
    }

    @Test
    void refusesOddWidths() {
        assertThrows(IllegalArgumentException.class, () -> Rope.sequence(Pairing.HALVES, 10_000, 7, 3));
    }

    /** Tokens of pairs (1, 0), turned. */
    private static float[] turn(Rotary rope, int length, int width, int heads) {
        Tensor x = Tensor.zeros(Shape.of(1, length, width));
        for (int i = 0; i < x.elementCount(); i += 2) {
            x.data()[i] = 1;
        }
        try (Workspace workspace = Workspace.create();
                Frame frame = workspace.frame()) {
            return rope.apply(frame, x, heads).toArray();
        }
    }
}
