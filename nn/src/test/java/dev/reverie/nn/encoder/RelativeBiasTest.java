package dev.reverie.nn.encoder;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.Workspace;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RelativeBiasTest {
    /**
     * The sum of {@code (i + 1) bucket} over the distances -700 .. 700, modulo 1,000,003, by
     * T5Attention._relative_position_bucket of transformers 4.57.6 with torch 2.15.0.
     */
    @ParameterizedTest
    @CsvSource({"32, 128, 70112", "64, 256, 63114", "16, 20, 713300", "8, 100, 867355"})
    void bucketsAreTheReferences(int buckets, int maxDistance, int digest) {
        RelativeBias bias = new RelativeBias(Tensor.zeros(Shape.of(buckets, 1)), maxDistance);
        long sum = 0;
        for (int i = 0; i <= 1400; i++) {
            sum += (i + 1L) * bias.bucket(i - 700);
        }
        assertEquals(digest, sum % 1_000_003);
    }

    @Test
    void planesAreByHeadAndPaddingIsAdded() {
        Tensor table = Tensor.zeros(Shape.of(32, 2));
        for (int i = 0; i < 64; i++) {
            table.data()[i] = i;
        }
        RelativeBias bias = new RelativeBias(table, 128);
        Tensor padding = Tensor.of(Shape.of(2, 1, 1, 3), new float[] {0, 0, 0, 0, 0, 1000});
        try (Workspace workspace = Workspace.create();
                Frame frame = workspace.frame()) {
            Tensor y = bias.apply(frame, 3, padding);
            assertEquals(Shape.of(2, 2, 3, 3), y.shape());
            for (int at = 0; at < y.elementCount(); at++) {
                int text = at / 18;
                int head = at / 9 % 2;
                int distance = at % 3 - at / 3 % 3;
                int expected = 2 * (distance > 0 ? 16 + distance : -distance) + head;
                assertEquals(expected + (text == 1 && at % 3 == 2 ? 1000 : 0), y.get(at), "element " + at);
            }
        }
    }
}
