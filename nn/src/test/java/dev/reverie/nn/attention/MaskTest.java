package dev.reverie.nn.attention;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Heads;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.Workspace;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MaskTest {
    private static final float HIDDEN = Float.NEGATIVE_INFINITY;
    private final Workspace workspace = Workspace.create();

    @Test
    void paddingIsHidden() {
        try (Frame frame = workspace.frame()) {
            Tensor bias = Mask.padding(frame, new int[][] {{1, 1, 0}, {0, 1, 1}});
            assertEquals(Shape.of(2, 1, 1, 3), bias.shape());
            assertArrayEquals(new float[] {0, 0, HIDDEN, HIDDEN, 0, 0}, bias.toArray());
            assertThrows(IllegalArgumentException.class, () -> Mask.padding(frame, new int[][] {{1}, {1, 1}}));
        }
    }

    @Test
    void causalIsWhatCausalAttentionDoes() {
        Random random = new Random(1);
        Tensor x = Tensor.zeros(Shape.of(1, 9, 8));
        for (int i = 0; i < x.elementCount(); i++) {
            x.data()[i] = (float) random.nextGaussian();
        }
        try (Frame frame = workspace.frame()) {
            Tensor want = Heads.attention(frame, x, x, x, 2, 0.5f, null, true);
            Tensor got = Heads.attention(frame, x, x, x, 2, 0.5f, Mask.causal(frame, 9), false);
            assertArrayEquals(want.toArray(), got.toArray());
        }
    }

    @Test
    void measuringReadsNoData() {
        try (Workspace measuring = Workspace.measuring();
                Frame frame = measuring.frame()) {
            assertEquals(
                    Shape.of(1, 1, 1, 2),
                    Mask.padding(frame, new int[][] {{1, 0}}).shape());
            assertEquals(Shape.of(1, 1, 4, 4), Mask.causal(frame, 4).shape());
        }
    }
}
