package dev.reverie.diffusion.family;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reverie.diffusion.Enlargement;
import dev.reverie.diffusion.Enlargement.By;
import dev.reverie.diffusion.Image;
import dev.reverie.diffusion.ImageModel;
import dev.reverie.diffusion.ImageModelOptions;
import dev.reverie.diffusion.ImageRequest;
import dev.reverie.diffusion.StartImage;
import dev.reverie.diffusion.image.PipelineProcessor;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.Workspace;
import dev.reverie.testing.Goldens;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pictures that are painted into or edited, enlarged, and drawn again in part. */
class MaskedEnlargementTest {
    private static final Path PIPELINES = Goldens.repository().resolve("goldens/pipeline");
    /** Its autoencoder draws nothing and has no far sight; its latents are 16 times smaller. */
    private static final Path EMOJI =
            Goldens.repository().resolve("models/emoji/src/main/resources/dev/reverie/models/emoji");

    @TempDir
    Path folder;

    private static ImageRequest request() {
        return ImageRequest.of("a rocket").withSteps(3).withSeed(5);
    }

    /** Another colour at each place. */
    private static Image slopes(int width, int height) {
        byte[] pixels = new byte[width * height * 3];
        for (int i = 0; i < pixels.length; i++) {
            int x = i / 3 % width;
            int y = i / 3 / width;
            pixels[i] = (byte) (i % 3 == 0 ? 255 * x / width : i % 3 == 1 ? 255 * y / height : x ^ y);
        }
        return Image.of(width, height, 3, pixels);
    }

    /** White in the left part. */
    private static Image mask(int width, int height, int white) {
        byte[] pixels = new byte[width * height * 3];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) (i / 3 % width < white ? 255 : 0);
        }
        return Image.of(width, height, 3, pixels);
    }

    private static StableDiffusionParts parts(Path model) throws IOException {
        return StableDiffusionLoader.prepare(ModelFiles.open(model), ImageModelOptions.NONE, LoadedParts.none(), null)
                .load();
    }

    private static PictureRun run(StableDiffusionParts parts, ImageRequest request) {
        return new PictureRun(parts, request, RunInputs.of(parts, request), (a, b, c, d, e) -> {}, () -> {});
    }

    /** What stays is the given picture as it is in the larger size, not what the first pass made small of it. */
    @ParameterizedTest
    @EnumSource
    void whatStaysIsTakenFromTheGivenPictureAgain(By by) throws IOException {
        StableDiffusionParts parts = parts(EMOJI);
        Image given = slopes(64, 96);
        ImageRequest request = request()
                .withSize(32, 48)
                .withStart(StartImage.of(given).withMask(mask(64, 96, 32)))
                .withEnlargement(Enlargement.times(2).withBy(by).withSteps(2));
        try (Workspace workspace = Workspace.create();
                Frame frame = workspace.frame()) {
            Tensor latents = run(parts, request).latents(frame);
            Tensor picture =
                    parts.autoencoder().encode(frame, PipelineProcessor.picture(given, 64, 96), null, null, () -> {});
            assertEquals(picture.shape(), latents.shape());
            int channels = latents.dim(3);
            for (int i = 0; i < latents.elementCount(); i++) {
                boolean stays = i / channels % 4 >= 2;
                assertTrue(!stays || latents.get(i) == picture.get(i), "element " + i);
            }
            assertFalse(Arrays.equals(latents.rows(0, 1).toArray(), picture.toArray()));
        }
    }

    /** All white is no mask. */
    @ParameterizedTest
    @ValueSource(strings = {"euler", "euler-a", "heun"})
    void whereAllIsRedrawnItIsAsWithoutAMask(String sampler) throws IOException {
        StartImage start = StartImage.of(slopes(32, 48)).withStrength(0.7);
        ImageRequest request = request()
                .withScheduler(sampler)
                .withStart(start)
                .withEnlargement(Enlargement.times(2).withSteps(2));
        try (ImageModel painter = ImageModel.load(EMOJI)) {
            Image masked = painter.generate(request.withStart(start.withMask(mask(32, 48, 32))));
            assertArrayEquals(painter.generate(request).pixels(), masked.pixels());
        }
    }

    /** Models that see a mask and the masked picture, or a picture to edit, see them in the larger size. */
    @ParameterizedTest
    @ValueSource(ints = {8, 9})
    void modelsThatSeeThePictureSeeItLarger(int channels) throws IOException {
        Path model = WiderToy.write(PIPELINES.resolve("sd21-v"), folder, channels);
        StartImage start = StartImage.of(slopes(48, 32));
        StartImage other = StartImage.of(slopes(96, 64)); // the same, but for what is lost in the smaller size
        Image mask = mask(48, 32, 24);
        try (ImageModel painter = ImageModel.load(model)) {
            ImageRequest request = request()
                    .withSize(48, 32)
                    .withEnlargement(Enlargement.times(2).withSteps(2));
            Image drawn = painter.generate(request.withStart(channels == 9 ? start.withMask(mask) : start));
            Image seen = painter.generate(request.withStart(channels == 9 ? other.withMask(mask) : other));
            assertEquals(96, drawn.width());
            assertFalse(Arrays.equals(drawn.pixels(), seen.pixels()));
        }
    }

    @ParameterizedTest
    @CsvSource({"4, LATENT", "4, LANCZOS", "8, LATENT", "9, LATENT_BICUBIC"})
    void takesTheMemoryThatIsPlanned(int channels, By by) throws IOException {
        StableDiffusionParts parts = parts(WiderToy.write(PIPELINES.resolve("sd21-v"), folder, channels));
        StartImage start = StartImage.of(slopes(48, 32));
        ImageRequest request = request()
                .withStart(channels == 8 ? start : start.withMask(mask(48, 32, 24)))
                .withEnlargement(Enlargement.times(1.5).withBy(by).withSteps(1));
        Leg whole = new Leg(parts, request, RunInputs.of(parts, request));
        try (Workspace workspace = Workspace.create();
                Frame frame = whole.frame(workspace)) {
            PictureRun run = run(parts, request);
            run.picture(frame, run.latents(frame));
            assertPlanned(whole, workspace);
        }
    }

    /** Of both legs, with all that can be combined. */
    @Test
    void aRefinedMaskedAndEnlargedPictureTakesTheMemoryThatIsPlanned() throws IOException {
        StableDiffusionParts base = parts(PIPELINES.resolve("sdxl-edit"));
        AdaptableParts refining =
                AdaptableParts.load(ModelFiles.open(PIPELINES.resolve("sdxl-refiner")), ImageModelOptions.NONE);
        ImageRequest request = request()
                .withStart(StartImage.of(slopes(64, 48)).withMask(mask(64, 48, 32)))
                .withEnlargement(Enlargement.times(1.5).withSteps(4));
        Leg whole = new Leg(base, request, RunInputs.of(base, request));
        List<Leg> legs = refining.use(parts -> new Refiner(refining, "refiner", 0.7).legs(whole, parts));
        Tensor latents = null;
        for (Leg leg : legs) {
            try (Workspace workspace = Workspace.create();
                    Frame frame = leg.frame(workspace)) {
                PictureRun run =
                        leg.of(5, new LatentNoise(5), latents).run((step, of, timestep, result, after) -> {}, () -> {});
                if (latents == null) {
                    latents = run.latents(frame);
                } else {
                    assertEquals(96, run.picture(frame, run.latents(frame)).dim(2));
                }
                assertPlanned(leg, workspace);
            }
        }
    }

    private static void assertPlanned(Leg leg, Workspace workspace) {
        double share = (double) leg.plan().peakBytes() / workspace.peakBytes();
        assertTrue(
                share > 0.9 && share <= 1.01,
                "planned %,d, took %,d".formatted(leg.plan().peakBytes(), workspace.peakBytes()));
    }

    /** A model that sees what stays draws it, too; the refiner gets the picture itself. */
    @Test
    void anInpaintingModelHandsOverWhatStays() throws IOException {
        StableDiffusionParts parts = parts(WiderToy.write(PIPELINES.resolve("sd21-v"), folder, 9));
        Image given = slopes(48, 32);
        ImageRequest request = request()
                .withScheduler("euler")
                .withStart(StartImage.of(given).withStrength(1).withMask(mask(48, 32, 24)));
        RunInputs inputs = RunInputs.of(parts, request).until(0.5);
        try (Workspace workspace = Workspace.create();
                Frame frame = workspace.frame()) {
            Tensor latents = new PictureRun(parts, request, inputs, (a, b, c, d, e) -> {}, () -> {}).latents(frame);
            LatentNoise noise = new LatentNoise(request.seed());
            noise.next(latents.shape()); // that the run begins with
            Tensor picture = parts.autoencoder()
                    .encode(
                            frame,
                            PipelineProcessor.picture(given, 48, 32),
                            noise.next(latents.shape()),
                            null,
                            () -> {});
            for (int i = 0; i < latents.elementCount(); i++) {
                boolean stays = i / 4 % 6 >= 3;
                assertEquals(stays, latents.get(i) == picture.get(i), "element " + i);
            }
        }
    }
}
