package dev.reverie.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * The script {@code ./reverie}, in a repository of empty modules: with a JDK that prints its arguments in place of
 * running them and a Maven that writes down how it was called.
 */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the script is for POSIX shells")
class LauncherTest {
    private static final List<String> MODULES =
            List.of("cli", "models/kokoro", "models/emoji", "diffusion", "tts", "nn", "tensor");
    private static final List<String> TOOLS =
            List.of("cat", "env", "find", "grep", "head", "mkdir", "mv", "readlink", "rm", "sed");

    @TempDir
    Path temporary;

    private Path repository;
    private Path jdk;
    private Path calls;

    private record Result(int code, String out, String err) {}

    @BeforeEach
    void makeRepository() throws IOException {
        repository = Files.createDirectories(temporary.resolve("çift söz/reverie"));
        for (String module : MODULES) {
            Files.createDirectories(repository.resolve(module).resolve("src/main"));
            Files.createDirectories(repository.resolve(module).resolve("target/classes/dev"));
            Files.writeString(repository.resolve(module).resolve("pom.xml"), "");
        }
        Files.writeString(repository.resolve("pom.xml"), "");
        copyScript("reverie", "");
        // no JDK of this machine may be found but those that a test names
        copyScript("scripts/launch.sh", temporary + "/nothing");
        jdk = makeJdk("a jdk", "25.0.1");
        for (String tool : TOOLS) {
            addToPath(tool);
        }
        calls = temporary.resolve("calls");
        script(
                temporary.resolve("bin/mvn"),
                "echo \"$JAVA_HOME $*\" >>'" + calls + "'",
                "if [ -e '" + temporary + "/broken' ]; then echo '[ERROR] a semicolon is missing'; exit 1; fi",
                "case $* in *-o*) [ -e '" + temporary
                        + "/offline' ] || { echo 'not in offline mode'; exit 1; } ;; esac");
        Files.writeString(temporary.resolve("offline"), "");
    }

    private void copyScript(String name, String prefixOfRootFolders) throws IOException {
        Path source = Path.of(System.getProperty("project.root"), name);
        String text = Files.readString(source).replaceAll(" /(usr|opt|Library)/", " " + prefixOfRootFolders + "/$1/");
        script(repository.resolve(name), text);
    }

    private static void script(Path file, String... lines) throws IOException {
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        boolean whole = lines[0].startsWith("#");
        Files.writeString(file, (whole ? "" : "#!/bin/sh\n") + String.join("\n", lines) + "\n");
        assertTrue(file.toFile().setExecutable(true));
    }

    private Path makeJdk(String name, String version) throws IOException {
        Path home = temporary.resolve(name);
        script(
                home.resolve("bin/java"),
                "echo \"LC_ALL=$LC_ALL\"",
                "printf '%s\\n' \"$@\"",
                "for a in \"$@\"; do case $a in -XX:ArchiveClassesAtExit=*) echo \"$*\" >\"${a#*=}\" ;; esac; done",
                "[ ! -e '" + temporary + "/weak' ]");
        script(home.resolve("bin/javac"), "exit 1");
        // --create --no-compress --file JAR @FILES
        script(home.resolve("bin/jar"), "[ ! -e '" + temporary + "/full' ] && cat \"${5#@}\" >\"$4\"");
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"A\"\nJAVA_VERSION=\"" + version + "\"\n");
        return home;
    }

    /** A folder of these alone is the PATH: no javac of this machine is on it. */
    private void addToPath(String tool) throws IOException {
        Path file = Path.of("/usr/bin", tool);
        file = Files.exists(file) ? file : Path.of("/bin", tool);
        script(temporary.resolve("bin").resolve(tool), "exec " + file + " \"$@\"");
    }

    private Result run(Path script, Map<String, String> environment, String... args) throws Exception {
        List<String> command = new ArrayList<>(List.of(script.toString()));
        command.addAll(List.of(args));
        Path out = temporary.resolve("out");
        Path err = temporary.resolve("err");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(temporary.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().clear();
        builder.environment().put("PATH", temporary.resolve("bin").toString());
        builder.environment().putAll(environment);
        Process process = builder.start();
        assertTrue(process.waitFor(1, TimeUnit.MINUTES));
        return new Result(
                process.exitValue(),
                Files.readString(out, StandardCharsets.UTF_8),
                Files.readString(err, StandardCharsets.UTF_8));
    }

    private Result run(Map<String, String> environment, String... args) throws Exception {
        return run(repository.resolve("reverie"), environment, args);
    }

    private List<String> calls() throws IOException {
        return Files.exists(calls) ? Files.readAllLines(calls) : List.of();
    }

    @Test
    void buildsOnFirstUseAndThenOnlyWhatChanged() throws Exception {
        Map<String, String> environment = Map.of("JAVA_HOME", jdk.toString());
        Result first = run(environment, "speak", "two words");
        assertEquals(0, first.code(), first.err());
        assertTrue(first.err().startsWith("Building Reverie"), first.err());
        assertTrue(first.out().endsWith("\ndev.reverie.cli.Main\nspeak\ntwo words\n"), first.out());
        assertEquals(1, calls().size());
        assertTrue(calls().getFirst().startsWith(jdk + " -B -o -pl cli "), calls().getFirst());

        Result second = run(environment);
        assertEquals(0, second.code());
        assertEquals("", second.err());
        assertEquals(1, calls().size());

        Path source = Files.writeString(repository.resolve("tensor/src/main/Tensor.java"), "");
        Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(5)));
        assertEquals(0, run(environment).code());
        assertEquals(2, calls().size());
    }

    @Test
    void goesOnlineForWhatWasNeverDownloaded() throws Exception {
        Files.delete(temporary.resolve("offline"));
        assertEquals(0, run(Map.of("JAVA_HOME", jdk.toString())).code());
        assertEquals(2, calls().size());
        assertFalse(calls().getLast().contains(" -o "), calls().getLast());
    }

    @Test
    void aFailedBuildIsToldOnceAndTriedAgain() throws Exception {
        Map<String, String> environment = Map.of("JAVA_HOME", jdk.toString());
        Files.writeString(temporary.resolve("broken"), "");
        Result failed = run(environment);
        assertEquals(1, failed.code());
        assertEquals(1, calls().size());
        assertTrue(failed.err().contains("[ERROR] a semicolon is missing\nreverie: the build failed; "), failed.err());
        assertEquals("", failed.out());
        Files.delete(temporary.resolve("broken"));
        assertEquals(0, run(environment).code());
    }

    @Test
    void packsClassesButNoWeightsIntoAJar() throws Exception {
        String classes = "models/kokoro/target/classes/";
        Path model = Files.createDirectories(repository.resolve(classes + "dev/reverie/models/kokoro"));
        Files.writeString(model.resolve("Kokoro$1.class"), "");
        Files.writeString(model.resolve("kokoro.safetensors"), "");
        Files.writeString(repository.resolve("tensor/target/classes/module-info.class"), "");
        Map<String, String> environment = Map.of("JAVA_HOME", jdk.toString());

        Files.writeString(temporary.resolve("full"), ""); // as a disk may be
        Result failed = run(environment, "speak");
        assertEquals(1, failed.code());
        assertTrue(failed.err().endsWith("/cli/target/app.jar.\n"), failed.err());

        Files.delete(temporary.resolve("full"));
        assertEquals(0, run(environment, "speak").code());
        assertEquals(
                "-C \"" + classes.substring(0, classes.length() - 1)
                        + "\" \"dev/reverie/models/kokoro/Kokoro$1.class\"\n",
                Files.readString(repository.resolve("cli/target/app.jar")));
    }

    @Test
    void practisesOnceForAnArchiveOfClasses() throws Exception {
        Map<String, String> environment = Map.of("JAVA_HOME", jdk.toString());
        assertTrue(run(environment, "--help").err().contains("Practising"));
        Path archive = repository.toRealPath().resolve("cli/target/imagine.jsa");
        assertTrue(Files.readString(archive).contains("dev.reverie.cli.Main imagine a star --out "));
        assertTrue(Files.readString(archive.resolveSibling("speak.jsa")).contains("Main speak One, two. --out "));

        Result drawn = run(environment, "imagine", "a b");
        assertEquals("", drawn.err());
        assertTrue(drawn.out().contains("\n-XX:SharedArchiveFile=" + archive + "\n"), drawn.out());
        assertFalse(run(environment, "--help").out().contains("SharedArchiveFile"));
    }

    @Test
    void goesOnWithoutAnArchiveWherePractisingFails() throws Exception {
        Path weak = Files.writeString(temporary.resolve("weak"), "");
        Map<String, String> environment = Map.of("JAVA_HOME", jdk.toString());
        assertEquals(1, run(environment, "speak", "a").code()); // of the command itself
        assertFalse(Files.exists(repository.resolve("cli/target/speak.jsa")));
        Files.delete(weak);
        Result result = run(environment, "speak", "a");
        assertEquals(0, result.code());
        assertEquals("", result.err());
        assertFalse(result.out().contains("jsa"), result.out());
    }

    @Test
    void followsLinksToItself() throws Exception {
        Path link = Files.createSymbolicLink(temporary.resolve("bin/link to reverie"), repository.resolve("reverie"));
        Result result = run(link, Map.of("JAVA_HOME", jdk.toString()));
        assertEquals(0, result.code(), result.err());
        assertTrue(result.out().contains(repository.toRealPath() + "/cli/target/app.jar:"), result.out());
    }

    @Test
    void prefersItsOwnVariableAndPassesOldJdksOver() throws Exception {
        Path old = makeJdk("old", "17.0.15");
        Path newer = makeJdk("newer", "26");
        Map<String, String> variables = Map.of("JAVA_HOME", old.toString(), "JAVA_HOME_25_X64", jdk.toString());
        assertEquals(0, run(variables).code());
        assertTrue(calls().getFirst().startsWith(jdk + " "), calls().getFirst());

        Files.delete(repository.resolve("cli/target/built"));
        assertEquals(
                0,
                run(Map.of("REVERIE_JAVA_HOME", newer.toString(), "JAVA_HOME", jdk.toString()))
                        .code());
        assertTrue(calls().getLast().startsWith(newer + " "), calls().getLast());

        Path home = Files.createDirectories(temporary.resolve("home/.jdks"));
        Files.createSymbolicLink(home.resolve("temurin-25"), jdk);
        assertEquals(
                0, run(Map.of("HOME", temporary.resolve("home").toString())).code());
    }

    @Test
    void withoutAJdkItSaysWhatToInstall() throws Exception {
        Path old = makeJdk("old", "17.0.15");
        Result none = run(Map.of("JAVA_HOME", old.toString()));
        assertEquals(1, none.code());
        assertEquals(
                "reverie: a JDK 25 or newer is needed and was not found; install one, or set REVERIE_JAVA_HOME to its"
                        + " folder.\n",
                none.err());
        Result wrong = run(Map.of("REVERIE_JAVA_HOME", old.toString(), "JAVA_HOME", jdk.toString()));
        assertEquals(1, wrong.code());
        assertTrue(wrong.err().contains("which is not the folder of a JDK 25 or newer"), wrong.err());
    }

    @Test
    void withoutMavenItSaysWhatToInstall() throws Exception {
        Files.delete(temporary.resolve("bin/mvn"));
        Result result = run(Map.of("JAVA_HOME", jdk.toString()));
        assertEquals(1, result.code());
        assertTrue(result.err().contains("install Maven 3.8.7 or newer"), result.err());
    }

    @Test
    void theUsersHeapBoundAndLocaleStay() throws Exception {
        Result plain = run(Map.of("JAVA_HOME", jdk.toString(), "LANG", "C"));
        assertTrue(plain.out().contains("\n-XX:+UseSerialGC"), plain.out());
        assertTrue(plain.out().startsWith("LC_ALL=C.UTF-8\n"), plain.out());
        Result own = run(Map.of("JAVA_HOME", jdk.toString(), "JDK_JAVA_OPTIONS", "-Xmx3g", "LANG", "tr_TR.UTF-8"));
        assertFalse(own.out().contains("-XX:+UseSerialGC"), own.out());
        assertFalse(own.out().contains("-XX:MaxRAMPercentage"), own.out());
        assertTrue(own.out().startsWith("LC_ALL=\n"), own.out());
    }
}
