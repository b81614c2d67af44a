package dev.reverie.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The command in a JVM of its own, as a user starts it. */
final class Forked {
    /** How it ended, and what it said. */
    record Result(int code, String out, String err) {
        /** Lines of standard error but those that the JVM itself writes. */
        List<String> complaints() {
            return err.lines()
                    .filter(line ->
                            !line.startsWith("WARNING: Using incubator modules") && !line.startsWith("NOTE: Picked up"))
                    .toList();
        }
    }

    private final List<String> start;
    private final Path folder;
    private final Map<String, String> environment = new HashMap<>();
    private byte[] input = {};
    private int secondsToLive = Integer.MAX_VALUE;

    private Forked(Path folder, List<String> start) {
        this.folder = folder;
        this.start = start;
    }

    /** On the module path, without a flag, as {@code ./reverie} starts it. */
    static Forked onModulePath(Path folder) {
        return new Forked(folder, List.of("-p", path(), "-m", "dev.reverie.cli/dev.reverie.cli.Main"));
    }

    /** On the class path, without {@code --add-modules}. */
    static Forked onClassPath(Path folder) {
        return new Forked(folder, List.of("-cp", path(), "dev.reverie.cli.Main"));
    }

    /** The modules that this test runs with. */
    private static String path() {
        return System.getProperty("jdk.module.path", System.getProperty("java.class.path"));
    }

    Forked with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    Forked reading(byte[] bytes) {
        input = bytes;
        return this;
    }

    /** Asked to end after that long, as by Ctrl-C. */
    Forked endedAfterSeconds(int seconds) {
        secondsToLive = seconds;
        return this;
    }

    Result run(String... args) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xmx1g");
        command.addAll(start);
        command.addAll(List.of(args));
        Path out = Files.createTempFile("reverie-out", ".txt");
        Path err = Files.createTempFile("reverie-err", ".txt");
        try {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile());
            builder.environment().remove("JDK_JAVA_OPTIONS");
            builder.environment().put("LC_ALL", "C.UTF-8");
            builder.environment().putAll(environment);
            Process process = builder.start();
            try (OutputStream stdin = process.getOutputStream()) {
                stdin.write(input);
            } catch (IOException e) {
                // it ended without reading all: its exit code tells why
            }
            if (!process.waitFor(secondsToLive, TimeUnit.SECONDS)) {
                process.destroy();
            }
            if (!process.waitFor(10, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                throw new IllegalStateException("still running: " + command);
            }
            return new Result(process.exitValue(), read(out), read(err));
        } finally {
            Files.delete(out);
            Files.delete(err);
        }
    }

    /** As UTF-8; bytes that are not, such as those of a WAV file, become replacement characters. */
    private static String read(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }
}
