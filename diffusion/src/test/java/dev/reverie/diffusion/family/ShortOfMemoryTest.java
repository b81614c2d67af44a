package dev.reverie.diffusion.family;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reverie.diffusion.ImageModelOptions;
import dev.reverie.diffusion.ImagePlan;
import dev.reverie.diffusion.ImageRequest;
import dev.reverie.diffusion.NotEnoughMemoryException;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Workspace;
import dev.reverie.testing.Goldens;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens where the heap holds a model, but not a picture beside it. */
class ShortOfMemoryTest {
    private static final Path TOY = Goldens.repository().resolve("goldens/pipeline/sd21-v");
    private static final long WHOLE_HEAP = Runtime.getRuntime().maxMemory();

    private static ImagePlan plan(long peakBytes) {
        return new ImagePlan(512, 512, 20, List.of(), peakBytes, 0);
    }

    @Test
    void whatFitsIsLeftAlone() {
        assertFalse(HeapBudget.require(plan(1000), 0));
    }

    @Test
    void encodersGoWhereThatHelps() {
        assertTrue(HeapBudget.require(plan(WHOLE_HEAP), WHOLE_HEAP));
    }

    @Test
    void refusesWithTheNumbersWhereItDoesNot() {
        String message =
                String.valueOf(assertThrows(NotEnoughMemoryException.class, () -> HeapBudget.require(plan(1L << 50), 5))
                        .getMessage());
        assertTrue(message.contains("512 x 512 pixels need 1,125,899,907 MB of working memory"), message);
    }

    @Test
    void encodersAreReadAgainWithTheSameBits() throws IOException {
        PromptEncoders prompts = parts(TOY).prompts();
        assertTrue(prompts.weightBytes() > 0);
        float[] before = states(prompts);
        prompts.release();
        assertArrayEquals(before, states(prompts));
    }

    @Test
    void filesThatAreGoneMeanwhileAreAnException(@TempDir Path folder) throws IOException {
        copy(TOY, folder);
        PromptEncoders prompts = parts(folder).prompts();
        float[] before = states(prompts);
        Files.delete(folder.resolve("text_encoder/config.json"));
        assertArrayEquals(before, states(prompts));
        prompts.release();
        assertThrows(UncheckedIOException.class, () -> states(prompts));
    }

    private static StableDiffusionParts parts(Path folder) throws IOException {
        return StableDiffusionLoader.prepare(ModelFolder.open(folder), ImageModelOptions.NONE, LoadedParts.none(), null)
                .load();
    }

    private static float[] states(PromptEncoders prompts) {
        try (Workspace workspace = Workspace.create();
                Frame frame = workspace.frame()) {
            return prompts.encode(frame, ImageRequest.of("a red fox"), false)
                    .getFirst()
                    .states()
                    .toArray();
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                Files.createDirectories(target.resolveSibling(""));
                Files.copy(file, target);
            }
        }
    }
}
