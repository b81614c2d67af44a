package dev.reverie.diffusion.family;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reverie.diffusion.ControlImage;
import dev.reverie.diffusion.Image;
import dev.reverie.diffusion.ImageModel;
import dev.reverie.diffusion.ImageModelOptions;
import dev.reverie.diffusion.ImageRequest;
import dev.reverie.diffusion.schedule.Noise;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.Workspace;
import dev.reverie.tensor.Wrap;
import dev.reverie.tensor.random.TorchRandom;
import dev.reverie.testing.Goldens;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Pictures without edges: where the noise is shifted around the ring, the picture is shifted with it. */
class TileableTest {
    private static final int SIDE = 64;
    /** Sums have another order. */
    private static final double ROUNDING = 2e-4;

    private static final Path TOY = Goldens.repository().resolve("goldens/pipeline/sd21-v");
    private static final Path EMOJI =
            Goldens.repository().resolve("models/emoji/src/main/resources/dev/reverie/models/emoji");

    private static StableDiffusionParts parts(Path folder) throws IOException {
        return parts(folder, ImageModelOptions.NONE);
    }

    private static StableDiffusionParts parts(Path folder, ImageModelOptions options) throws IOException {
        return StableDiffusionLoader.prepare(ModelFiles.open(folder), options, LoadedParts.none(), null)
                .load();
    }

    /** Pixels, of noise that is shifted by so many latents. */
    private static Tensor drawn(StableDiffusionParts parts, Wrap wrap, int down, int across) {
        ImageRequest request =
                ImageRequest.of("a rocket").withSize(SIDE, SIDE).withSteps(2).withScheduler("ddim");
        return drawn(parts, wrap, request, List.of(), down, across);
    }

    private static Tensor drawn(
            StableDiffusionParts parts, Wrap wrap, ImageRequest request, List<Tensor> controls, int down, int across) {
        Noise noise = shape -> rolled(new TorchRandom(3).randn(shape), down, across);
        RunInputs inputs = new RunInputs(noise, 1, SIDE, SIDE, null, null, controls, null, 0, 1);
        try (Workspace workspace = Workspace.create();
                Frame frame = workspace.frame(wrap)) {
            StableDiffusionRun run = new StableDiffusionRun(parts, request, inputs, (a, b, c, d, e) -> {}, () -> {});
            return run.picture(frame, run.latents(frame)).detach();
        }
    }

    private static Tensor rolled(Tensor x, int down, int across) {
        Shape shape = x.shape();
        Tensor y = Tensor.zeros(shape);
        int row = shape.dim(2) * shape.dim(3);
        for (int i = 0; i < x.elementCount(); i++) {
            int column = (i % row + across * shape.dim(3)) % row;
            int line = (i / row + down) % shape.dim(1);
            y.data()[line * row + column] = x.get(i);
        }
        return y;
    }

    private static double greatestDifference(Tensor a, Tensor b) {
        double greatest = 0;
        for (int i = 0; i < a.elementCount(); i++) {
            greatest = Math.max(greatest, Math.abs(a.get(i) - b.get(i)));
        }
        return greatest;
    }

    /** How far a picture of shifted noise is from the shifted picture; values are from -1 to 1. */
    private static double stray(StableDiffusionParts parts, Wrap wrap, boolean down, boolean across) {
        int factor = parts.autoencoder().spatialFactor();
        int half = SIDE / factor / 2;
        Tensor picture = rolled(drawn(parts, wrap, 0, 0), down ? SIDE / 2 : 0, across ? SIDE / 2 : 0);
        return greatestDifference(picture, drawn(parts, wrap, down ? half : 0, across ? half : 0));
    }

    @ParameterizedTest
    @EnumSource
    void isShiftedWithItsNoise(Wrap wrap) throws IOException {
        StableDiffusionParts parts = parts(TOY);
        double across = stray(parts, wrap, false, true);
        double down = stray(parts, wrap, true, false);
        assertTrue(wrap.x() ? across < ROUNDING : across > 1, wrap + " across: " + across);
        assertTrue(wrap.y() ? down < ROUNDING : down > 1, wrap + " down: " + down);
    }

    /** A trained model, and convolutions wide enough for Winograd's way. */
    @Test
    void theEmojiModelToo() throws IOException {
        double stray = stray(parts(EMOJI), Wrap.BOTH, true, true);
        assertTrue(stray < ROUNDING, "stray: " + stray);
    }

    /** What a ControlNet looks at has no edges either: its picture and the noise are shifted, and so is what is drawn. */
    @ParameterizedTest
    @EnumSource
    void aControlNetIsShiftedToo(Wrap wrap) throws IOException {
        Path folder = Goldens.repository().resolve("goldens/pipeline/sd15-ip-adapter");
        StableDiffusionParts parts = parts(folder, ImageModelOptions.NONE.withControlNet(folder.resolve("controlnet")));
        ImageRequest request =
                ImageRequest.of("a rocket").withSize(SIDE, SIDE).withSteps(2).withScheduler("ddim");
        ControlImage control =
                ControlImage.of(Image.of(1, 1, 3, new byte[3])); // its settings; the tensor is what is seen
        Tensor seen = new TorchRandom(4).rand(Shape.of(1, SIDE, SIDE, 3));
        Tensor plain = drawn(parts, wrap, request, List.of(), 0, 0);
        ImageRequest controlled = request.withControls(List.of(control));
        Tensor picture = drawn(parts, wrap, controlled, List.of(seen), 0, 0);
        assertTrue(greatestDifference(plain, picture) > 0.1, "the ControlNet counts");
        int latents = SIDE / parts.autoencoder().spatialFactor();
        Tensor across = drawn(parts, wrap, controlled, List.of(rolled(seen, 0, SIDE / 2)), 0, latents / 2);
        Tensor down = drawn(parts, wrap, controlled, List.of(rolled(seen, SIDE / 2, 0)), latents / 2, 0);
        double strayAcross = greatestDifference(rolled(picture, 0, SIDE / 2), across);
        double strayDown = greatestDifference(rolled(picture, SIDE / 2, 0), down);
        assertTrue(wrap.x() ? strayAcross < ROUNDING : strayAcross > 0.1, wrap + " across: " + strayAcross);
        assertTrue(wrap.y() ? strayDown < ROUNDING : strayDown > 0.1, wrap + " down: " + strayDown);
    }

    @Test
    void aRequestSaysSoAndSoDoesItsPicture() throws IOException {
        ImageRequest request =
                ImageRequest.of("a fox").withSize(32, 32).withSteps(1).withSeed(7);
        try (ImageModel painter = ImageModel.load(TOY)) {
            Image plain = painter.generate(request);
            Image both = painter.generate(request.withTileable(Wrap.BOTH));
            Image across = painter.generate(request.withTileable(Wrap.X));
            assertArrayEquals(
                    plain.pixels(),
                    painter.generate(request.withTileable(Wrap.NONE)).pixels());
            assertFalse(Arrays.equals(plain.pixels(), both.pixels()));
            assertFalse(Arrays.equals(across.pixels(), both.pixels()));
            assertNull(tiling(plain));
            assertEquals("True", tiling(both));
            assertEquals("X", tiling(across));
        }
    }

    private static @Nullable String tiling(Image picture) {
        return Objects.requireNonNull(picture.parameters()).settings().get("Tiling");
    }
}
