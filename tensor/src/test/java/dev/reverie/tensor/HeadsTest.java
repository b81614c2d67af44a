package dev.reverie.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Attention against its formula in double. */
class HeadsTest {
    private static final double BOUND = 3e-6; // of means of normal numbers
    private final Workspace workspace = Workspace.create();

    @ParameterizedTest(name = "{0} queries, {1} keys, {2} heads on {3}, d {4}, dv {5}, causal {6}")
    @CsvSource({
        "1, 1, 1, 1, 1, 1, false",
        "1, 700, 2, 1, 64, 64, false",
        "7, 33, 4, 2, 16, 40, false",
        "97, 513, 1, 1, 24, 24, false",
        "130, 130, 2, 2, 40, 17, true",
        "100, 1100, 1, 1, 32, 8, false",
        "600, 600, 1, 1, 16, 16, true",
        "1, 1, 4, 2, 40, 17, false",
        "2, 2, 2, 1, 16, 512, true",
        "3, 77, 4, 2, 40, 17, false",
        "5, 1100, 4, 4, 100, 65, false",
        "7, 5, 2, 1, 512, 3, true",
        "12, 600, 4, 2, 72, 72, true",
        "13, 600, 4, 2, 72, 72, true",
        "900, 1, 2, 2, 64, 40, true",
        "5, 0, 1, 1, 4, 4, false",
        "20, 0, 1, 1, 4, 4, false"
    })
    void isTheFormula(int queries, int keys, int heads, int kvHeads, int d, int dv, boolean causal) {
        Tensor q = normal(2, queries, heads * d);
        Tensor k = normal(2, keys, kvHeads * d);
        Tensor v = normal(2, keys, kvHeads * dv);
        for (Tensor bias : new @Nullable Tensor[] {null, normal(2, 1, queries, keys), normal(1, heads, 1, keys)}) {
            try (Frame frame = workspace.frame()) {
                Tensor y = Heads.attention(frame, q, k, v, heads, 0.3f, bias, causal);
                assertEquals(Shape.of(2, queries, heads * dv), y.shape());
                for (int at = 0; at < y.elementCount(); at += 1 + y.elementCount() / 500) {
                    int n = at / (queries * heads * dv);
                    int i = at / (heads * dv) % queries;
                    double expected = element(q, k, v, heads, bias, causal, n, i, at % (heads * dv));
                    assertEquals(expected, y.get(at), BOUND, "element " + at);
                }
            }
        }
    }

    private static double element(
            Tensor q, Tensor k, Tensor v, int heads, @Nullable Tensor bias, boolean causal, int n, int i, int column) {
        int d = q.dim(2) / heads;
        int kvHeads = k.dim(2) / d;
        int dv = v.dim(2) / kvHeads;
        int head = column / dv;
        int kvHead = head / (heads / kvHeads);
        double total = 0;
        double sum = 0;
        for (int j = 0; j < (causal ? Math.min(i + 1, k.dim(1)) : k.dim(1)); j++) {
            double score = 0;
            for (int c = 0; c < d; c++) {
                score += (double) q.get((n * q.dim(1) + i) * q.dim(2) + head * d + c)
                        * k.get((n * k.dim(1) + j) * k.dim(2) + kvHead * d + c);
            }
            score *= 0.3f;
            if (bias != null) {
                int plane = (bias.dim(0) == 1 ? 0 : n) * bias.dim(1) + (bias.dim(1) == 1 ? 0 : head);
                score += bias.get((plane * bias.dim(2) + (bias.dim(2) == 1 ? 0 : i)) * bias.dim(3) + j);
            }
            double weight = Math.exp(score);
            total += weight;
            sum += weight * v.get((n * v.dim(1) + j) * v.dim(2) + kvHead * dv + column % dv);
        }
        return total == 0 ? 0 : sum / total;
    }

    @Test
    void hiddenKeysHaveNoWeight() {
        float hidden = Float.NEGATIVE_INFINITY;
        Tensor q = normal(1, 2, 4);
        Tensor k = normal(1, 3, 4);
        Tensor v = Tensor.of(Shape.of(1, 3, 4), new float[] {1, 2, 3, 4, 5, 6, 7, 8, 1e30f, 1e30f, 1e30f, 1e30f});
        Tensor bias = Tensor.of(Shape.of(1, 1, 2, 3), new float[] {hidden, 0, hidden, hidden, hidden, hidden});
        try (Frame frame = workspace.frame()) {
            Tensor y = Heads.attention(frame, q, k, v, 1, 1f, bias, false);
            assertArrayEquals(new float[] {5, 6, 7, 8, 0, 0, 0, 0}, y.toArray());
        }
    }

    @Test
    void largeScoresDoNotOverflow() {
        Tensor q = Tensor.of(Shape.of(1, 1, 1), new float[] {1000});
        Tensor k = Tensor.of(Shape.of(1, 3, 1), new float[] {-1, 1, 1});
        Tensor v = Tensor.of(Shape.of(1, 3, 1), new float[] {5, 6, 7});
        try (Frame frame = workspace.frame()) {
            assertEquals(
                    6.5f, Heads.attention(frame, q, k, v, 1, 1f, null, false).get(0));
        }
    }

    @Test
    void measuringTakesTheSameMemory() {
        try (Workspace measuring = Workspace.measuring();
                Workspace computing = Workspace.create()) {
            for (Workspace each : new Workspace[] {measuring, computing}) {
                try (Frame frame = each.frame()) {
                    Tensor q = normal(1, 50, 60);
                    Heads.attention(frame, q, q, q, 3, 1f, null, false);
                }
            }
            assertEquals(computing.peakBytes(), measuring.peakBytes());
        }
    }

    @Test
    void refusesHeadsThatDoNotFit() {
        Tensor q = normal(1, 2, 6);
        try (Frame frame = workspace.frame()) {
            assertThrows(ShapeException.class, () -> Heads.attention(frame, q, q, q, 4, 1f, null, false));
        }
    }

    private static Tensor normal(int... sizes) {
        Shape shape = Shape.of(sizes);
        Random random = new Random(shape.hashCode());
        float[] values = new float[shape.elementCount()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return Tensor.of(shape, values);
    }
}
