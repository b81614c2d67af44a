package dev.reverie.diffusion.family;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reverie.diffusion.Enlargement;
import dev.reverie.diffusion.Enlargement.By;
import dev.reverie.diffusion.Image;
import dev.reverie.diffusion.ImageModel;
import dev.reverie.diffusion.ImageModelOptions;
import dev.reverie.diffusion.ImagePlan;
import dev.reverie.diffusion.ImageRequest;
import dev.reverie.diffusion.StartImage;
import dev.reverie.diffusion.schedule.SchedulerConfig;
import dev.reverie.diffusion.schedule.SchedulerType;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Resampling;
import dev.reverie.tensor.Resampling.Interpolation;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.Workspace;
import dev.reverie.tensor.Wrap;
import dev.reverie.tensor.random.TorchRandom;
import dev.reverie.testing.Goldens;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Pictures that are drawn, enlarged, and drawn again in part. */
class PictureRunTest {
    private static final Path TOY = Goldens.repository().resolve("goldens/pipeline/sd21-v");
    private static final Path EMOJI =
            Goldens.repository().resolve("models/emoji/src/main/resources/dev/reverie/models/emoji");

    private static ImageRequest request() {
        return ImageRequest.of("a red fox").withSize(48, 32).withSteps(3).withSeed(7);
    }

    /** Where the autoencoder draws nothing, the second pass is a run from the resized first picture. */
    @Test
    void byPixelsItIsARunFromTheResizedPicture() throws IOException {
        ImageRequest request =
                ImageRequest.of("a rocket").withSize(32, 48).withSteps(3).withSeed(5);
        Enlargement twice =
                Enlargement.times(2).withBy(By.LANCZOS).withStrength(0.5).withSteps(2);
        try (ImageModel painter = ImageModel.load(EMOJI)) {
            Image small = painter.generate(request);
            StartImage start = StartImage.of(small).withStrength(0.5);
            Image changed = painter.generate(
                    request.withSize(64, 96).withSteps(4).withStart(start).withGuidanceScale(3));
            Image enlarged = painter.generate(request.withEnlargement(twice.withGuidanceScale(3)));
            assertEquals(64, enlarged.width());
            assertEquals(96, enlarged.height());
            assertArrayEquals(changed.pixels(), enlarged.pixels());
        }
    }

    @ParameterizedTest
    @EnumSource
    void bothPassesArePlannedAndReported(By by) throws IOException {
        ImageRequest request = request()
                .withEnlargement(Enlargement.times(2).withBy(by).withSteps(2).withStrength(0.6));
        try (ImageModel painter = ImageModel.load(TOY)) {
            List<String> steps = new ArrayList<>();
            Image picture = painter.generate(request, step -> steps.add(step.step() + "/" + step.steps()));
            assertEquals(List.of("1/5", "2/5", "3/5", "4/5", "5/5"), steps);
            ImagePlan plan = painter.plan(request);
            assertEquals(5, plan.steps());
            assertEquals(96, plan.width());
            assertEquals(64, picture.height());
            Map<String, String> settings =
                    Objects.requireNonNull(picture.parameters()).settings();
            assertEquals("48x32", settings.get("Size"));
            assertEquals("2", settings.get("Hires upscale"));
            assertEquals("2", settings.get("Hires steps"));
            assertEquals(by.label(), settings.get("Hires upscaler"));
            assertEquals("0.6", settings.get("Denoising strength"));
        }
    }

    @ParameterizedTest
    @CsvSource({"LATENT, NONE", "LANCZOS, NONE", "LATENT_BICUBIC, BOTH", "LANCZOS, X"})
    void takesTheMemoryThatIsPlanned(By by, Wrap wrap) throws IOException {
        StableDiffusionParts parts = parts();
        ImageRequest request =
                request().withEnlargement(Enlargement.to(72, 48).withBy(by).withSteps(1));
        RunInputs inputs = RunInputs.of(parts, request);
        try (Workspace workspace = Workspace.create();
                Workspace plan = Workspace.measuring();
                Frame frame = workspace.frame(wrap);
                Frame planFrame = plan.frame(wrap)) {
            PictureRun run = run(parts, request, inputs);
            run.picture(frame, run.latents(frame));
            run(parts, request, inputs).measure(planFrame);
            double share = (double) plan.peakBytes() / workspace.peakBytes();
            assertTrue(
                    share > 0.9 && share <= 1.01,
                    "planned %d, took %d".formatted(plan.peakBytes(), workspace.peakBytes()));
        }
    }

    private static StableDiffusionParts parts() throws IOException {
        return StableDiffusionLoader.prepare(ModelFiles.open(TOY), ImageModelOptions.NONE, LoadedParts.none(), null)
                .load();
    }

    private static PictureRun run(StableDiffusionParts parts, ImageRequest request, RunInputs inputs) {
        return new PictureRun(parts, request, inputs, (a, b, c, d, e) -> {}, () -> {});
    }

    @ParameterizedTest
    @CsvSource({"0.3, 10", "0.7, 20", "1, 4", "0.999, 7", "0.05, 3"})
    void asManyStepsAreRunAsAreAskedFor(double strength, int steps) throws IOException {
        Enlargement wanted = Enlargement.times(2).withStrength(strength).withSteps(steps);
        StableDiffusionParts toy = parts();
        for (SchedulerType type : new SchedulerType[] {SchedulerType.EULER, SchedulerType.HEUN, SchedulerType.LCM}) {
            StableDiffusionParts parts = toy.withScheduler(SchedulerConfig.of(type));
            ImageRequest request = request().withEnlargement(wanted);
            boolean fits =
                    type != SchedulerType.LCM || steps <= (int) (50 * strength); // of those it was distilled with
            if (fits) {
                int second = run(parts, request, RunInputs.of(parts, request)).steps(StableDiffusionRun.REDRAW);
                assertEquals(type == SchedulerType.HEUN ? 2 * steps - 1 : steps, second, type.className());
            }
        }
    }

    /** A list of noise levels is for the first pass; a rule is for both. */
    @Test
    void theSecondPassHasItsOwnNoiseLevels() throws IOException {
        ImageRequest request = request()
                .withScheduler("euler")
                .withSigmas(14, 3, 1)
                .withEnlargement(Enlargement.times(2).withStrength(0.5));
        try (ImageModel painter = ImageModel.load(TOY)) {
            assertEquals(6, painter.plan(request).steps());
            assertEquals(96, painter.generate(request).width());
        }
    }

    @Test
    void mayBeStoppedInEitherPass() throws IOException {
        ImageRequest request = request().withEnlargement(Enlargement.times(2));
        try (ImageModel painter = ImageModel.load(TOY)) {
            for (int last : new int[] {2, 3, 4, 6}) {
                String message = String.valueOf(assertThrows(
                                CancellationException.class,
                                () -> painter.generate(request, step -> step.step() != last))
                        .getMessage());
                assertEquals("stopped after step " + last, message);
            }
        }
    }

    @Test
    void whatCannotBeEnlargedIsRefused() throws IOException {
        Image grey = Image.of(48, 32, 3, new byte[48 * 32 * 3]);
        ImageRequest request = request();
        try (ImageModel painter = ImageModel.load(TOY)) {
            assertRefused(painter, "keep its ratio", request.withEnlargement(Enlargement.to(96, 96)));
            assertRefused(painter, "must grow", request.withEnlargement(Enlargement.to(24, 16)));
            assertRefused(painter, "units of 8", request.withEnlargement(Enlargement.to(99, 66)));
            assertRefused(
                    painter,
                    "2,000 steps are more",
                    request.withEnlargement(
                            Enlargement.times(2).withStrength(0.01).withSteps(20)));
            painter.generate(request.withStart(StartImage.of(grey)).withEnlargement(Enlargement.times(1.5)));
        }
        assertThrows(IllegalArgumentException.class, () -> Enlargement.times(1));
        assertThrows(IllegalArgumentException.class, () -> Enlargement.times(Double.NaN));
        assertThrows(IllegalArgumentException.class, () -> Enlargement.times(9));
        assertThrows(IllegalArgumentException.class, () -> Enlargement.times(2).withStrength(Double.NaN));
        assertThrows(IllegalArgumentException.class, () -> Enlargement.times(2).withSteps(0));
        assertThrows(IllegalArgumentException.class, () -> Enlargement.times(2).withGuidanceScale(Double.NaN));
        assertThrows(IllegalArgumentException.class, () -> new Enlargement(null, 64, null, By.LATENT, 0.5, null, null));
        assertThrows(IllegalArgumentException.class, () -> new Enlargement(2.0, 64, 64, By.LATENT, 0.5, null, null));
    }

    private static void assertRefused(ImageModel painter, String sentence, ImageRequest request) {
        String message = String.valueOf(assertThrows(IllegalArgumentException.class, () -> painter.generate(request))
                .getMessage());
        assertTrue(message.contains(sentence), message);
    }

    /** Around a ring there is no first place: what begins one place later is enlarged to the same, later. */
    @ParameterizedTest
    @CsvSource({"LINEAR, 12, 20", "CUBIC, 12, 20", "CUBIC, 9, 15", "NEAREST, 12, 20"})
    void ringsAreEnlargedWithoutABeginning(Interpolation by, int height, int width) {
        int rows = 6;
        int columns = 10;
        Tensor x = new TorchRandom(1).randn(1, rows, columns, 2);
        Tensor moved = Tensor.zeros(x.shape()); // by two rows and four columns
        for (int i = 0; i < x.elementCount(); i++) {
            int row = (i / (2 * columns) + 2) % rows;
            int column = (i / 2 + 4) % columns;
            moved.data()[(row * columns + column) * 2 + i % 2] = x.get(i);
        }
        try (Workspace workspace = Workspace.create();
                Frame frame = workspace.frame(Wrap.BOTH)) {
            RingResize.Resize resize = (map, h, w) -> Resampling.resize(frame, map, by, h, w);
            Tensor large = RingResize.apply(frame, x, height, width, resize);
            Tensor largeMoved = RingResize.apply(frame, moved, height, width, resize);
            for (int i = 0; i < large.elementCount(); i++) {
                int row = (i / (2 * width) + 2 * height / rows) % height;
                int column = (i / 2 % width + 4 * width / columns) % width;
                assertEquals(large.get(i), largeMoved.get((row * width + column) * 2 + i % 2), 1e-5f);
            }
        }
    }
}
