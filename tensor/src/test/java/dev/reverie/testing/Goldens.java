package dev.reverie.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/**
 * Makes a test of every case in a module's folders. {@code goldens/covered.txt} of the repository lists, as globs over
 * {@code folder/case}, what the project claims: such a case fails if nobody knows its kind; cases outside of the list are
 * counted aloud.
 */
public final class Goldens {
    /** Runs one case of a kind. */
    @FunctionalInterface
    public interface Runner {
        void run(GoldenCase golden) throws Exception;
    }

    private Goldens() {}

    /** The folder that {@code -Dgoldens} names, which must be there; the repository's own without it. */
    public static Path root() {
        Path root = isOwn() ? repository().resolve("goldens") : Path.of(System.getProperty("goldens"));
        if (!Files.isDirectory(root)) {
            throw new AssertionError("no folder of goldens: " + root);
        }
        return root;
    }

    /** Whether the cases are the repository's own, of which each module has some. */
    private static boolean isOwn() {
        return System.getProperty("goldens", "").isEmpty();
    }

    /** The repository's folder, for tests that look at its files. */
    public static Path repository() {
        String named = System.getProperty("project.root", "");
        return named.isEmpty() ? Path.of("..").toAbsolutePath().normalize() : Path.of(named);
    }

    /** Whether there is such a folder of cases, as the repository has of every kind; said aloud if not. */
    public static boolean has(String folder) {
        boolean isThere = Files.isDirectory(root().resolve(folder));
        if (!isThere && isOwn()) {
            throw new AssertionError("the repository has no goldens in " + folder);
        }
        if (!isThere) {
            System.out.printf("goldens %s: none in %s%n", folder, root());
        }
        return isThere;
    }

    /**
     * Tests of the cases in {@code folders}, each a case or a folder of some; {@code runners} by the cases' kind. Not all
     * need to be there, but none may be empty.
     */
    public static Stream<DynamicTest> tests(List<String> folders, Map<String, Runner> runners) {
        List<DynamicTest> tests = new ArrayList<>();
        int uncovered = 0;
        for (String folder : folders) {
            for (Path path : caseFolders(root().resolve(folder))) {
                boolean isFolder = path.equals(root().resolve(folder));
                String name = isFolder ? folder : folder + "/" + path.getFileName();
                if (isCovered(name)) {
                    tests.add(DynamicTest.dynamicTest(name, () -> run(path, runners)));
                } else {
                    uncovered++;
                }
            }
        }
        if (tests.isEmpty() && isOwn()) {
            throw new AssertionError("the repository has no goldens in " + folders);
        }
        System.out.printf("goldens %s: %d cases, not covered yet: %d%n", folders, tests.size(), uncovered);
        return tests.stream();
    }

    private static void run(Path path, Map<String, Runner> runners) throws Exception {
        try (GoldenCase golden = new GoldenCase(path)) {
            Runner runner = runners.get(golden.kind());
            if (runner == null) {
                throw new AssertionError("nothing here knows cases of kind " + golden.kind());
            }
            runner.run(golden);
            golden.finish();
        }
    }

    private static List<Path> caseFolders(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        if (GoldenCase.isCase(folder)) {
            return List.of(folder);
        }
        try (Stream<Path> entries = Files.list(folder)) {
            List<Path> cases = entries.filter(GoldenCase::isCase).sorted().toList();
            if (cases.isEmpty()) {
                throw new AssertionError("no case in " + folder);
            }
            return cases;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isCovered(String name) {
        return Covered.GLOBS.stream().anyMatch(glob -> glob.matches(Path.of(name)));
    }

    private static final class Covered {
        static final List<PathMatcher> GLOBS = read();

        private static List<PathMatcher> read() {
            try {
                String text = Files.readString(repository().resolve("goldens/covered.txt"));
                return Arrays.stream(text.split("\n"))
                        .map(String::strip)
                        .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                        .map(line -> FileSystems.getDefault().getPathMatcher("glob:" + line))
                        .toList();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
