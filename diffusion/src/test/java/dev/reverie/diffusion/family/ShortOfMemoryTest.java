package dev.reverie.diffusion.family;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reverie.diffusion.ImageModel;
import dev.reverie.diffusion.ImageModelOptions;
import dev.reverie.diffusion.ImagePlan;
import dev.reverie.diffusion.ImageRequest;
import dev.reverie.diffusion.NotEnoughMemoryException;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.Workspace;
import dev.reverie.tensor.io.SafetensorsWriter;
import dev.reverie.tensor.io.TensorEntry;
import dev.reverie.tensor.io.TensorSource;
import dev.reverie.testing.Goldens;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens where the heap holds a model, but not a picture beside it. */
class ShortOfMemoryTest {
    private static final Path TOY = Goldens.repository().resolve("goldens/pipeline/sd21-v");
    private static final ImageModelOptions SPARING = ImageModelOptions.NONE.withSparedMemory();
    private static final long WHOLE_HEAP = Runtime.getRuntime().maxMemory();

    private static ImagePlan plan(long peakBytes) {
        return new ImagePlan(512, 512, 20, List.of(), peakBytes, 0);
    }

    @Test
    void whatFitsIsLeftAlone() {
        assertFalse(HeapBudget.require(plan(1000), 0));
    }

    @Test
    void saysWhatTheHeapHolds() {
        assertTrue(HeapBudget.holds(1000));
        assertFalse(HeapBudget.holds(WHOLE_HEAP + 1));
    }

    @Test
    void encodersGoWhereThatHelps() {
        assertTrue(HeapBudget.require(plan(WHOLE_HEAP), WHOLE_HEAP));
    }

    @Test
    void case37RefusesWithTheNumbersWhereItDoesNot() {
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

    @Test
    void matricesOfAFloat32UnetStayInTheirFileAndGiveTheSamePicture(@TempDir Path folder) throws IOException {
        copy(TOY, folder);
        widenUnet(folder);
        ImageRequest request = ImageRequest.of("a red fox").withSteps(2).withSize(64, 64);
        try (ImageModel whole = ImageModel.load(folder, ImageModelOptions.NONE);
                ImageModel sparing = ImageModel.load(folder, SPARING)) {
            long held = whole.plan(request).weightBytes();
            long spared = sparing.plan(request).weightBytes();
            assertTrue(spared < held * 9 / 10, "%d of %d bytes".formatted(spared, held));
            assertArrayEquals(
                    whole.generate(request).pixels(), sparing.generate(request).pixels());
        }
    }

    @Test
    void numbersOf16BitsAreHeldAsTheyAre() throws IOException {
        long spared = parts(TOY, SPARING).weightBytes();
        assertEquals(parts(TOY).weightBytes(), spared);
    }

    @Test
    void aFileThatIsWrittenToMeanwhileGivesNoPicture(@TempDir Path folder) throws IOException {
        copy(TOY, folder);
        Path weights = widenUnet(folder);
        ImageRequest request = ImageRequest.of("a red fox").withSteps(1).withSize(64, 64);
        try (ImageModel model = ImageModel.load(folder, SPARING)) {
            model.generate(request);
            Files.setLastModifiedTime(weights, FileTime.from(Instant.EPOCH));
            String message = String.valueOf(assertThrows(UncheckedIOException.class, () -> model.generate(request))
                    .getMessage());
            assertTrue(message.contains("was written to while it was read"), message);
        }
    }

    /** Makes the numbers of a model's U-Net float32. */
    private static Path widenUnet(Path folder) throws IOException {
        Path file = folder.resolve("unet/diffusion_pytorch_model.safetensors");
        SafetensorsWriter wide = new SafetensorsWriter();
        try (TensorSource narrow = TensorSource.open(file)) {
            for (TensorEntry entry : narrow.entries().values()) {
                Shape shape = Objects.requireNonNull(entry.tensorShape());
                wide.put(entry.name(), Tensor.of(shape, narrow.floats(entry.name(), 0, shape.elementCount())));
            }
        }
        wide.write(file);
        return file;
    }

    private static StableDiffusionParts parts(Path folder) throws IOException {
        return parts(folder, ImageModelOptions.NONE);
    }

    private static StableDiffusionParts parts(Path folder, ImageModelOptions options) throws IOException {
        return StableDiffusionLoader.prepare(ModelFolder.open(folder), options, LoadedParts.none(), null)
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
