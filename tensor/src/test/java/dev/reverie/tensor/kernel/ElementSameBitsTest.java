package dev.reverie.tensor.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The same bits at any lane width and thread count: {@link ElementDigest} in JVMs of their own. */
@DisplayName("42: operations on elements are those of scalar code")
class ElementSameBitsTest {
    private static String scalar = "";

    @BeforeAll
    static void runScalarTwins() {
        scalar = ForkedDigest.of(ElementDigest.class, 1, 1);
        assertTrue(scalar.contains("gated"), scalar);
    }

    @ParameterizedTest(name = "{0} lanes, {1} threads")
    @CsvSource({"1, 3", "4, 1", "8, 2", "16, 1", "16, 3"})
    void asScalarCode(int lanes, int threads) {
        if (lanes > FloatVector.SPECIES_PREFERRED.length()) {
            System.err.printf("not tested here: %d lanes, which this CPU does not have%n", lanes);
            return;
        }
        assertEquals(scalar, ForkedDigest.of(ElementDigest.class, lanes, threads));
    }
}
