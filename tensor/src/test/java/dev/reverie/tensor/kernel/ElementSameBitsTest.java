package dev.reverie.tensor.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The same bits at any lane width and thread count: {@link ElementDigest} in JVMs of their own. */
class ElementSameBitsTest {
    private static String scalar = "";

    @BeforeAll
    static void runScalarTwins() throws Exception {
        scalar = digest(1, 1);
        assertTrue(scalar.contains("gated"), scalar);
    }

    @ParameterizedTest(name = "{0} lanes, {1} threads")
    @CsvSource({"1, 3", "4, 1", "8, 2", "16, 1", "16, 3"})
    void asScalarCode(int lanes, int threads) throws Exception {
        if (lanes > FloatVector.SPECIES_PREFERRED.length()) {
            System.err.printf("not tested here: %d lanes, which this CPU does not have%n", lanes);
            return;
        }
        assertEquals(scalar, digest(lanes, threads));
    }

    private static String digest(int lanes, int threads) throws Exception {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules=jdk.incubator.vector",
                "-Dreverie.lanes=" + lanes,
                "-Dreverie.threads=" + threads,
                "-cp",
                root(ElementDigest.class) + File.pathSeparator + root(Lanes.class),
                ElementDigest.class.getName());
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), "exit of " + command);
        return out;
    }

    private static Path root(Class<?> type) throws Exception {
        String file = type.getName().replace('.', '/') + ".class";
        String url = String.valueOf(type.getResource("/" + file));
        return Path.of(new URI(url.substring(0, url.length() - file.length())));
    }
}
