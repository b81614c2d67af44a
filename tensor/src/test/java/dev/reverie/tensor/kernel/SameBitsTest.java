package dev.reverie.tensor.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The same bits at any lane width and thread count: {@link KernelDigest} in JVMs of their own, against scalar code. */
class SameBitsTest {
    private static final String SCALAR = digest(1, 1);

    @ParameterizedTest(name = "{0} lanes, {1} threads")
    @CsvSource({"1, 3", "4, 1", "8, 2", "16, 1", "16, 3"})
    void asScalarCode(int lanes, int threads) {
        if (lanes > FloatVector.SPECIES_PREFERRED.length()) {
            System.err.printf("not tested here: %d lanes, which this CPU does not have%n", lanes);
            return;
        }
        assertTrue(SCALAR.contains("linear"), SCALAR);
        assertEquals(SCALAR, digest(lanes, threads));
    }

    /** Without minimal filtering the bits differ there, and are the same everywhere again. */
    @Test
    void directConvolutionsAsScalarCode() {
        String direct = "-D" + Convolution.PROPERTY + "=direct";
        String scalar = digest(1, 1, direct);
        assertEquals(scalar, digest(Lanes.COUNT, 2, direct));
        List<String> lines = scalar.lines().toList();
        List<String> usual = SCALAR.lines().toList();
        assertEquals(usual.size(), lines.size());
        for (int i = 0; i < lines.size(); i++) {
            assertEquals(usual.get(i).startsWith("minimal"), !usual.get(i).equals(lines.get(i)), usual.get(i));
        }
    }

    private static String digest(int lanes, int threads, String... properties) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules=jdk.incubator.vector",
                "-Dreverie.lanes=" + lanes,
                "-Dreverie.threads=" + threads,
                "-cp",
                root(KernelDigest.class) + System.getProperty("path.separator") + root(Lanes.class)));
        command.addAll(List.of(properties));
        command.add(KernelDigest.class.getName());
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(0, process.waitFor(), "exit of " + command);
            return out;
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(command.toString(), e);
        }
    }

    /** The folder that a class was loaded from. */
    private static Path root(Class<?> type) {
        String file = type.getName().replace('.', '/') + ".class";
        try {
            String url = String.valueOf(type.getResource("/" + file));
            return Path.of(new URI(url.substring(0, url.length() - file.length())));
        } catch (URISyntaxException e) {
            throw new AssertionError(file, e);
        }
    }
}
