package dev.reverie.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reverie.diffusion.Image;
import dev.reverie.diffusion.image.GenerationParameters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Drawing as a user does it, in a folder whose name has a space and letters beyond ASCII. */
class ImagineTest {
    @TempDir
    Path temporary;

    private Path folder;

    @BeforeEach
    void makeFolder() throws IOException {
        folder = Files.createDirectory(temporary.resolve("söz i dream"));
    }

    private Forked.Result run(String... args) throws Exception {
        Forked.Result result = Forked.onModulePath(folder).run(args);
        assertEquals(0, result.code(), result.err());
        return result;
    }

    @Test
    void writesAPictureOnTheModulePathWithoutAFlag() throws Exception {
        Files.writeString(folder.resolve("picture.png"), "mine");
        Forked.Result result = run("imagine", "--steps", "2", "red", "heart");
        assertTrue(result.out().matches("picture-2\\.png: 128 x 128, seed 0, \\d+\\.\\d s of work\\R"), result.out());
        assertEquals(1, result.complaints().size(), result.err());
        assertTrue(result.complaints().getFirst().contains("small emoji model"), result.err());
        assertEquals("mine", Files.readString(folder.resolve("picture.png")));
        assertEquals(128, Image.read(folder.resolve("picture-2.png")).height());
    }

    @Test
    void severalPicturesHaveSeedsOfTheirOwnThatInspectReadsBack() throws Exception {
        run("imagine", "--count", "2", "--seed", "7", "--steps", "1", "--size", "32x64", "-o", "a.png", "a rocket");
        for (int i = 1; i <= 2; i++) {
            String name = "a-" + i + ".png";
            Image picture = Image.read(folder.resolve(name));
            GenerationParameters parameters = Objects.requireNonNull(picture.parameters());
            String seed = Integer.toString(6 + i);
            assertEquals(seed, parameters.settings().get("Seed"));
            assertEquals("a rocket", parameters.prompt());
            List<String> lines = run("inspect", name).out().lines().toList();
            assertEquals(List.of("32 x 64 pixels, 3 channels", "parameters:", "  a rocket"), lines.subList(0, 3));
            assertTrue(lines.get(3).contains("Steps: 1, ") && lines.get(3).contains("Seed: " + seed), lines.get(3));
        }
        String json = run("inspect", "--json", "a-1.png").out();
        assertTrue(json.startsWith("{\"width\":32,\"height\":64,\"channels\":3,\"texts\":{\"parameters\":\""), json);
        run("imagine", "--seed", "8", "--steps", "1", "--size", "32x64", "-o", "b.png", "a rocket");
        assertArrayEquals(
                Image.read(folder.resolve("a-2.png")).pixels(),
                Image.read(folder.resolve("b.png")).pixels(),
                "the second of two is the one of its seed");
    }

    @Test
    void savesTheSheetOfStepsAndJpeg() throws Exception {
        run(
                "imagine",
                "--steps",
                "3",
                "--size",
                "32x32",
                "--steps-sheet",
                "s.png",
                "-o",
                "p.jpg",
                "--init",
                picture().toString(),
                "--strength",
                "1",
                "sun");
        assertEquals(96, Image.read(folder.resolve("s.png")).width());
        assertEquals(32, Image.read(folder.resolve("p.jpg")).width());
    }

    @Test
    void edgesMeetAlongTheAxesThatAreNamed() throws Exception {
        run("imagine", "--steps", "1", "--size", "32x32", "-o", "a.png", "--tileable", "a rocket");
        run("imagine", "--steps", "1", "--size", "32x32", "-o", "b.png", "--tileable=both", "a rocket");
        run("imagine", "--steps", "1", "--size", "32x32", "-o", "c.png", "--tileable", "x", "a rocket");
        assertEquals("True", setting("a.png", "Tiling"));
        assertEquals("X", setting("c.png", "Tiling"));
        assertArrayEquals(
                Image.read(folder.resolve("a.png")).pixels(),
                Image.read(folder.resolve("b.png")).pixels());
    }

    @Test
    void noiseLevelsAreAListOrARule() throws Exception {
        run("imagine", "--scheduler", "euler", "--sigmas", "14.6, 2", "--size", "32x32", "-o", "a.png", "a rocket");
        assertEquals("14.6 2.0", setting("a.png", "Sigmas"));
        assertEquals("2", setting("a.png", "Steps"));
        run("imagine", "--scheduler", "lcm", "--timesteps", "999,9", "--size", "32x32", "-o", "b.png", "a rocket");
        assertEquals("999.0 9.0", setting("b.png", "Timesteps"));
        run("imagine", "--scheduler=euler", "--sigmas=ays", "--steps=2", "--size=32x32", "-o", "c.png", "a rocket");
        assertEquals("Align Your Steps", setting("c.png", "Schedule type"));
    }

    private @Nullable String setting(String file, String key) throws IOException {
        GenerationParameters parameters = Image.read(folder.resolve(file)).parameters();
        return Objects.requireNonNull(parameters).settings().get(key);
    }

    private Path picture() throws IOException {
        Path file = temporary.resolve("grey.png");
        Image.of(40, 20, 3, new byte[40 * 20 * 3]).writePng(file);
        return file;
    }

    @Test
    void unknownWordsAreOfferedLabels() throws Exception {
        Forked.Result result = run("imagine", "--steps", "1", "--size", "32x32", "rockett");
        assertTrue(result.complaints().get(1).contains("near are: rocket"), result.err());
    }

    @Test
    void listsLabels() throws Exception {
        List<String> lines = run("imagine", "--list").out().lines().toList();
        assertTrue(lines.size() > 300 && lines.contains("rocket"), "labels: " + lines.size());
    }

    @Test
    void plansWithoutDrawing() throws Exception {
        Forked.Result result = run("imagine", "--plan", "a rocket");
        assertTrue(result.out().contains("denoise"), result.out());
        assertTrue(
                result.out().matches("(?s).*128 x 128 pixels, steps: 20; weights: \\d+\\.\\d MB besides\\R"),
                result.out());
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(0, files.count());
        }
    }

    @Test
    void whatDoesNotFitIsSaidWithNumbers() throws Exception {
        Forked.Result result = Forked.onModulePath(folder).run("imagine", "--size", "4096x4096", "a rocket");
        assertEquals(1, result.code(), result.err());
        assertTrue(result.err().contains("reverie: 4096 x 4096 pixels need "), result.err());
        assertFalse(Files.exists(folder.resolve("picture.png")));
    }
}
