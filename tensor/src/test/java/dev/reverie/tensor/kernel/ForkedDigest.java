package dev.reverie.tensor.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What a program of digests prints in a JVM of its own, whose lanes and threads are given. */
final class ForkedDigest {
    private ForkedDigest() {}

    /** Standard output of {@code main} in a JVM with that many lanes and threads; fails if it ends with another code than 0. */
    static String of(Class<?> main, int lanes, int threads, String... properties) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules=jdk.incubator.vector",
                "-Dreverie.lanes=" + lanes,
                "-Dreverie.threads=" + threads,
                "-cp",
                root(main) + System.getProperty("path.separator") + root(Lanes.class)));
        command.addAll(List.of(properties));
        command.add(main.getName());
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
