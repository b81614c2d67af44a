package dev.reverie.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OpsTest {
    private static Tensor normal(int... sizes) {
        Random random = new Random(sizes[0]);
        Tensor x = Tensor.zeros(Shape.of(sizes));
        for (int i = 0; i < x.elementCount(); i++) {
            x.data()[x.offset() + i] = (float) random.nextGaussian();
        }
        return x;
    }

    /** A function in the product's last pass gives what it gives after the product, to the bit. */
    @ParameterizedTest
    @EnumSource
    void linearThenFunction(Activation function) {
        Tensor x = normal(7, 401);
        Weight weight = Weight.of(normal(611, 401));
        Tensor bias = normal(611);
        try (Workspace workspace = Workspace.create();
                Frame frame = workspace.frame()) {
            Tensor apart = Ops.activate(frame, Ops.linear(frame, x, weight, bias), function);
            Tensor fused = Ops.linear(frame, x, weight, bias, function);
            assertArrayEquals(apart.toArray(), fused.toArray());
        }
        try (Workspace measuring = Workspace.measuring();
                Frame frame = measuring.frame()) {
            Tensor input = frame.tensor(7, 401);
            assertEquals(
                    Shape.of(7, 611),
                    Ops.linear(frame, input, weight, bias, function).shape());
            assertThrows(ShapeException.class, () -> Ops.linear(frame, input, weight, input, function));
        }
    }
}
