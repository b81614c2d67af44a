package dev.reverie.tensor.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The same bits at any lane width and thread count: {@link KernelDigest} in JVMs of their own, against scalar code. */
@DisplayName("42: products, convolutions and attention are those of scalar code")
class SameBitsTest {
    private static final String SCALAR = ForkedDigest.of(KernelDigest.class, 1, 1);

    @ParameterizedTest(name = "{0} lanes, {1} threads")
    @CsvSource({"1, 3", "4, 1", "8, 2", "16, 1", "16, 3"})
    void asScalarCode(int lanes, int threads) {
        if (lanes > FloatVector.SPECIES_PREFERRED.length()) {
            System.err.printf("not tested here: %d lanes, which this CPU does not have%n", lanes);
            return;
        }
        assertTrue(SCALAR.contains("linear"), SCALAR);
        assertEquals(SCALAR, ForkedDigest.of(KernelDigest.class, lanes, threads));
    }

    /** Without minimal filtering the bits differ there, and are the same everywhere again. */
    @Test
    void directConvolutionsAsScalarCode() {
        String direct = "-D" + Convolution.PROPERTY + "=direct";
        String scalar = ForkedDigest.of(KernelDigest.class, 1, 1, direct);
        assertEquals(scalar, ForkedDigest.of(KernelDigest.class, Lanes.COUNT, 2, direct));
        List<String> lines = scalar.lines().toList();
        List<String> usual = SCALAR.lines().toList();
        assertEquals(usual.size(), lines.size());
        for (int i = 0; i < lines.size(); i++) {
            assertEquals(usual.get(i).startsWith("minimal"), !usual.get(i).equals(lines.get(i)), usual.get(i));
        }
    }
}
