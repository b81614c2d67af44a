package dev.reverie.tensor.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The tiled product against its specification, the triple loop, bit by bit and with nothing written beside it. */
@DisplayName("42: products of all shapes, with nothing written beside them")
class MatMulTest {
    private static final float CANARY = 1e30f;

    @ParameterizedTest(name = "{0} x {1} x {2}")
    @CsvSource({
        "1, 1, 1",
        "1, 256, 1024",
        "2, 3, 5",
        "3, 0, 4",
        "5, 7, 3",
        "6, 64, 64",
        "7, 100, 22",
        "8, 17, 50",
        "13, 129, 48",
        "0, 5, 5",
        "96, 385, 96",
        "97, 769, 100",
        "200, 400, 1",
        "33, 65, 577",
        "2, 1000, 3",
        "11, 33, 400"
    })
    void equalsTheTripleLoop(int m, int k, int n) {
        Random random = new Random(31L * m + 7L * k + n);
        int aStride = k + 3;
        int cStride = n + 2;
        float[] a = normal(random, 5 + m * aStride);
        float[] w = normal(random, 2 + n * k);
        float[] bias = normal(random, 1 + n);
        float[] residual = normal(random, 9 + m * cStride);
        float[] c = new float[4 + m * cStride + 70];
        Arrays.fill(c, CANARY);
        float[] expected = c.clone();
        for (int row = 0; row < m; row++) {
            for (int column = 0; column < n; column++) {
                float sum = 0f;
                for (int i = 0; i < k; i++) {
                    sum = Math.fma(a[5 + row * aStride + i], w[2 + column * k + i], sum);
                }
                expected[4 + row * cStride + column] = sum + bias[1 + column] + residual[9 + row * cStride + column];
            }
        }
        Epilogue epilogue = new Epilogue(bias, 1, residual, 5);
        MatMul.multiply(m, a, 5, aStride, Panels.ofRows(k, n, w, 2), epilogue, c, 4, cStride);
        assertSameBits(expected, c);

        float[] transposed = new float[3 + k * n];
        Elementwise.transpose(n, k, w, 2, transposed, 3);
        float[] memory = normal(random, 6 + Panels.floats(k, n));
        Arrays.fill(c, CANARY);
        MatMul.multiply(m, a, 5, aStride, Panels.ofColumns(k, n, transposed, 3, memory, 6), epilogue, c, 4, cStride);
        assertSameBits(expected, c);
    }

    static float[] normal(Random random, int n) {
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    static void assertSameBits(float[] expected, float[] actual) {
        assertEquals(expected.length, actual.length);
        for (int i = 0; i < expected.length; i++) {
            if (Float.floatToRawIntBits(expected[i]) != Float.floatToRawIntBits(actual[i])) {
                assertEquals(expected[i], actual[i], 0f, "element " + i);
            }
        }
    }
}
