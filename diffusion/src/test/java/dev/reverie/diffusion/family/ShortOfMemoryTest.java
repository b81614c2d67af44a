package dev.reverie.diffusion.family;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reverie.diffusion.ControlImage;
import dev.reverie.diffusion.Image;
import dev.reverie.diffusion.ImageModel;
import dev.reverie.diffusion.ImageModelOptions;
import dev.reverie.diffusion.ImagePlan;
import dev.reverie.diffusion.ImageRequest;
import dev.reverie.diffusion.ImageStep;
import dev.reverie.diffusion.NotEnoughMemoryException;
import dev.reverie.diffusion.StepListener;
import dev.reverie.diffusion.family.HeapBudget.Relief;
import dev.reverie.diffusion.unet.Unet;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.Workspace;
import dev.reverie.tensor.Workspace.StageCost;
import dev.reverie.tensor.io.SafetensorsWriter;
import dev.reverie.tensor.io.TensorEntry;
import dev.reverie.tensor.io.TensorSource;
import dev.reverie.testing.Goldens;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens where the heap holds a model, but not a picture beside it. */
class ShortOfMemoryTest {
    private static final Path TOY = Goldens.repository().resolve("goldens/pipeline/sd21-v");
    private static final ImageModelOptions SPARING = ImageModelOptions.NONE.withSparedMemory();
    private static final ImageRequest REQUEST =
            ImageRequest.of("a red fox").withSteps(2).withSize(64, 64);
    private static final long WHOLE_HEAP = Runtime.getRuntime().maxMemory();

    private static ImagePlan plan(long denoisingBytes, long decodingBytes) {
        List<StageCost> stages = List.of(
                new StageCost(StableDiffusionRun.DENOISE, 1, denoisingBytes),
                new StageCost(StableDiffusionRun.DECODE, 1, 1),
                new StageCost("decoder 0", 1, decodingBytes));
        return new ImagePlan(512, 512, 20, stages, Math.max(denoisingBytes, decodingBytes), 0);
    }

    @Test
    void whatFitsIsLeftAlone() {
        assertEquals(Relief.NONE, HeapBudget.require(plan(1000, 1000), WHOLE_HEAP, WHOLE_HEAP));
    }

    @Test
    void saysWhatTheHeapHolds() {
        assertTrue(HeapBudget.holds(1000));
        assertFalse(HeapBudget.holds(WHOLE_HEAP + 1));
    }

    @Test
    void encodersGoWhereThatHelps() {
        assertEquals(Relief.ENCODERS, HeapBudget.require(plan(1000, WHOLE_HEAP), WHOLE_HEAP, 0));
        assertEquals(Relief.ENCODERS, HeapBudget.require(plan(WHOLE_HEAP, 1000), WHOLE_HEAP, WHOLE_HEAP));
    }

    @Test
    void networksGoWhereThatIsNotEnoughForDecoding() {
        assertEquals(Relief.NETWORKS_TOO, HeapBudget.require(plan(1000, WHOLE_HEAP), 0, WHOLE_HEAP));
    }

    @Test
    void case37RefusesWithTheNumbersWhereNothingHelps() {
        String decoding = refusal(plan(1000, 1L << 50), 5, 5);
        assertTrue(decoding.contains("512 x 512 pixels need 1,125,899,907 MB of working memory"), decoding);
        String denoising = refusal(plan(1L << 50, 1L << 51), 5, Long.MAX_VALUE / 2);
        assertTrue(denoising.contains("512 x 512 pixels need 1,125,899,907 MB of working memory"), denoising);
    }

    private static String refusal(ImagePlan plan, long encoderBytes, long networkBytes) {
        return String.valueOf(
                assertThrows(NotEnoughMemoryException.class, () -> HeapBudget.require(plan, encoderBytes, networkBytes))
                        .getMessage());
    }

    @Test
    void encodersAreReadAgainWithTheSameBits() throws IOException {
        PromptEncoders prompts = parts(TOY).prompts();
        assertTrue(prompts.heldBytes() > 0);
        float[] before = states(prompts);
        release(prompts);
        assertEquals(0, prompts.heldBytes());
        assertArrayEquals(before, states(prompts));
    }

    @Test
    void filesThatAreGoneMeanwhileAreAnException(@TempDir Path folder) throws IOException {
        copy(TOY, folder);
        PromptEncoders prompts = parts(folder).prompts();
        float[] before = states(prompts);
        Files.delete(folder.resolve("text_encoder/config.json"));
        assertArrayEquals(before, states(prompts));
        release(prompts);
        assertThrows(UncheckedIOException.class, () -> states(prompts));
    }

    @Test
    void matricesOfAFloat32UnetStayInTheirFileAndGiveTheSamePicture(@TempDir Path folder) throws IOException {
        copy(TOY, folder);
        widenUnet(folder);
        try (ImageModel whole = ImageModel.load(folder, ImageModelOptions.NONE);
                ImageModel sparing = ImageModel.load(folder, SPARING)) {
            long held = whole.plan(REQUEST).weightBytes();
            long spared = sparing.plan(REQUEST).weightBytes();
            assertTrue(spared < held * 9 / 10, "%d of %d bytes".formatted(spared, held));
            assertArrayEquals(
                    whole.generate(REQUEST).pixels(), sparing.generate(REQUEST).pixels());
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

    @Test
    void networksAreGoneWhileTheLastPictureIsDecodedAndBackForTheNext(@TempDir Path folder) throws IOException {
        copy(TOY, folder);
        widenUnet(folder);
        ImageRequest two = REQUEST.withCount(2);
        AdaptableParts parts = AdaptableParts.load(ModelFiles.open(folder), SPARING);
        try (ImageModel whole = ImageModel.load(folder, ImageModelOptions.NONE);
                ImageModel sparing = new StableDiffusion(parts, "toy", null)) {
            for (int request = 0; request < 2; request++) {
                Decodings decodings = new Decodings(parts);
                List<Image> pictures = sparing.generateAll(two, decodings);
                assertEquals(Set.of("0 with a U-Net", "1 without one"), decodings.seen);
                for (int i = 0; i < 2; i++) {
                    byte[] pixels = whole.generate(two.withSeed(two.seed() + i).withCount(1))
                            .pixels();
                    assertArrayEquals(pixels, pictures.get(i).pixels(), "request " + request + ", picture " + i);
                }
            }
        }
    }

    @Test
    void networksThatAnotherRunUsesAreNotReadTwice() throws IOException {
        AdaptableParts parts = AdaptableParts.load(ModelFiles.open(TOY), SPARING);
        try (ImageModel model = new StableDiffusion(parts, "toy", null)) {
            Unet used = parts.use(StableDiffusionParts::unet);
            model.generate(REQUEST);
            assertSame(used, parts.use(StableDiffusionParts::unet));
        }
    }

    @Test
    void controlNetsAreReadAgain() throws IOException {
        Path folder = Goldens.repository().resolve("goldens/pipeline/sd15-ip-adapter");
        ImageModelOptions options = SPARING.withControlNet(folder.resolve("controlnet"));
        AdaptableParts parts = AdaptableParts.load(ModelFiles.open(folder), options);
        ImageRequest request =
                REQUEST.withControls(List.of(ControlImage.of(Image.of(64, 64, 3, new byte[64 * 64 * 3]))));
        try (ImageModel model = new StableDiffusion(parts, "toy", null)) {
            byte[] first = model.generate(request).pixels();
            parts.use(StableDiffusionParts::denoisingNetworks).forEach(net -> assertEquals(0, net.heldBytes()));
            assertArrayEquals(first, model.generate(request).pixels());
        }
    }

    /** Looks, before each block of a decoder, whether the model's U-Net is there. */
    private static final class Decodings implements StepListener {
        private final AdaptableParts parts;
        private final Set<String> seen = new TreeSet<>();
        private @Nullable WeakReference<Unet> unet;
        private int picture;

        Decodings(AdaptableParts parts) {
            this.parts = parts;
        }

        @Override
        public boolean onStep(ImageStep step) {
            picture = step.picture();
            boolean last = step.step() == step.steps();
            unet = last ? new WeakReference<>(parts.use(StableDiffusionParts::unet)) : null;
            return true;
        }

        @Override
        public boolean goesOn() {
            if (unet != null) {
                System.gc(); // as a run does that let go of much
                seen.add(picture + (unet.get() == null ? " without one" : " with a U-Net"));
            }
            return true;
        }

        @Override
        public void onPicture(int index, Image picture) {
            unet = null;
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

    /** Nothing of them is left, not even by chance. */
    private static void release(PromptEncoders prompts) {
        prompts.release();
        System.gc();
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
