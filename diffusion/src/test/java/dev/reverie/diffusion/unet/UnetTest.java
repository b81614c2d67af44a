package dev.reverie.diffusion.unet;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.ShapeException;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.Workspace;
import dev.reverie.tensor.io.Checkpoint;
import dev.reverie.tensor.io.Json;
import dev.reverie.tensor.random.TorchRandom;
import dev.reverie.testing.Goldens;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The small network of a golden case under use of every kind. */
class UnetTest {
    private static final Path CASE = Goldens.repository().resolve("goldens/unet/inpaint9");
    private static final Tensor TIMESTEPS = Tensor.of(400, 7);

    private static Unet unet;

    @BeforeAll
    static void load() throws IOException {
        try (Checkpoint weights = Checkpoint.open(CASE.resolve("model.safetensors"))) {
            unet = Unet.load(weights.root(), UnetConfig.read(Json.read(CASE.resolve("config.json"))));
            weights.finish();
        }
    }

    private static Tensor normal(long seed, int... sizes) {
        return new TorchRandom(seed).randn(sizes);
    }

    private static float[] predicted(Conditions conditions, Frame frame) {
        return unet.apply(frame, normal(1, 2, 8, 6, 9), TIMESTEPS, conditions, null, () -> {})
                .toArray();
    }

    private static Conditions text(Frame frame) {
        return Conditions.of(unet.context(frame, normal(2, 2, 7, 24)));
    }

    @ParameterizedTest
    @CsvSource({"8, 6", "7, 5", "1, 1", "2, 13"})
    void planAndRunAgree(int height, int width) {
        try (Workspace run = Workspace.create();
                Workspace plan = Workspace.measuring();
                Frame runFrame = run.frame();
                Frame planFrame = plan.frame()) {
            run.stage("step");
            plan.stage("step");
            Tensor sample = normal(1, 2, height, width, 9);
            Tensor y = unet.apply(runFrame, sample, TIMESTEPS, text(runFrame), null, () -> {});
            Tensor planned = Tensor.measured(Shape.of(2, height, width, 9));
            Tensor z = unet.apply(planFrame, planned, TIMESTEPS, text(planFrame), null, () -> {});
            assertEquals(Shape.of(2, height, width, 4), y.shape());
            assertEquals(y.shape(), z.shape());
            assertEquals(plan.peakBytes(), run.peakBytes());
            assertEquals(plan.stageCosts(), run.stageCosts());
        }
    }

    @Test
    void theSecondStepTakesNoNewMemory() {
        try (Workspace workspace = Workspace.create();
                Frame run = workspace.frame()) {
            Conditions conditions = text(run);
            float[] first;
            try (Frame step = run.frame()) {
                first = predicted(conditions, step);
            }
            long peak = workspace.peakBytes();
            try (Frame step = run.frame()) {
                assertArrayEquals(first, predicted(conditions, step));
            }
            assertEquals(peak, workspace.peakBytes());
        }
    }

    @Test
    void aPassEndsBetweenBlocks() {
        try (Workspace workspace = Workspace.create();
                Frame frame = workspace.frame()) {
            int[] blocks = {0};
            Runnable stopAtFourth = () -> {
                if (++blocks[0] == 4) {
                    throw new CancellationException();
                }
            };
            Conditions conditions = text(frame);
            Tensor sample = normal(1, 2, 8, 6, 9);
            assertThrows(
                    CancellationException.class,
                    () -> unet.apply(frame, sample, TIMESTEPS, conditions, null, stopAtFourth));
            assertEquals(4, blocks[0]);
        }
    }

    @Test
    void whatDoesNotFitIsRefused() {
        try (Workspace workspace = Workspace.create();
                Frame frame = workspace.frame()) {
            Conditions conditions = text(frame);
            Tensor sample = normal(1, 2, 8, 6, 9);
            refused(ShapeException.class, "[N, H, W, 9]", normal(1, 2, 8, 6, 4), conditions);
            refused(ShapeException.class, "2 timesteps", normal(1, 1, 8, 6, 9), conditions, "as many timesteps");
            refused(IllegalArgumentException.class, "not made for this network", sample, Conditions.none());
            refused(
                    IllegalArgumentException.class,
                    "takes no a class",
                    sample,
                    conditions.withClasses(Tensor.of(1, 2)));
            refused(
                    IllegalArgumentException.class,
                    "takes no pooled text",
                    sample,
                    conditions.withPooledText(normal(1, 2, 5), normal(1, 2, 6)));
            Conditions oneText = Conditions.of(unet.context(frame, normal(2, 1, 7, 24)));
            refused(IllegalArgumentException.class, "2 samples, but a context of 1", sample, oneText);
            assertThrows(ShapeException.class, () -> unet.context(frame, normal(2, 2, 7, 25)));
            assertThrows(ShapeException.class, () -> unet.context(frame, normal(2, 7, 24)));
        }
    }

    private static void refused(
            Class<? extends Exception> kind, String message, Tensor sample, Conditions conditions, String... or) {
        try (Workspace workspace = Workspace.create();
                Frame frame = workspace.frame()) {
            Exception e = assertThrows(kind, () -> unet.apply(frame, sample, TIMESTEPS, conditions, null, () -> {}));
            String said = String.valueOf(e.getMessage());
            assertTrue(said.contains(message) || Arrays.stream(or).anyMatch(said::contains), said);
        }
    }

    @Test
    void sitesAreInTheOrderOfIpAdapters() {
        assertEquals(
                List.of(
                        "down_blocks.0.attentions.0.transformer_blocks.0.attn2",
                        "up_blocks.1.attentions.0.transformer_blocks.0.attn2",
                        "up_blocks.1.attentions.1.transformer_blocks.0.attn2",
                        "mid_block.attentions.0.transformer_blocks.0.attn2"),
                unet.crossSites().stream().map(CrossContext.Site::name).toList());
        assertEquals(16, unet.crossSites().getLast().width());
    }

    /** A second source with the text's own keys and values: scale -1 takes away what it adds at scale 1. */
    @Test
    void sourcesAddUp() {
        try (Workspace workspace = Workspace.create();
                Frame frame = workspace.frame()) {
            Conditions text = text(frame);
            float[] plain = predicted(text, frame);
            assertFalse(Arrays.equals(plain, predicted(withSecond(text, 1, null), frame)));
            assertArrayEquals(plain, predicted(withSecond(text, 0, null), frame), 1e-6f);
            float[] halves = predicted(
                    text.withContext(
                            withSecond(withSecond(text, 0.5f, null), 0.5f, null).context()),
                    frame);
            assertArrayEquals(predicted(withSecond(text, 1, null), frame), halves, 1e-4f);
        }
    }

    @Test
    void aMaskSaysWhereASourceCounts() {
        try (Workspace workspace = Workspace.create();
                Frame frame = workspace.frame()) {
            Conditions text = text(frame);
            Tensor nowhere = Tensor.zeros(Shape.of(1, 16, 12, 1));
            Tensor everywhere = Tensor.zeros(Shape.of(1, 16, 12, 1));
            Arrays.fill(everywhere.data(), 1);
            assertArrayEquals(predicted(text, frame), predicted(withSecond(text, 1, nowhere), frame), 1e-6f);
            assertArrayEquals(
                    predicted(withSecond(text, 1, null), frame),
                    predicted(withSecond(text, 1, everywhere), frame),
                    1e-5f);
        }
    }

    private static Conditions withSecond(Conditions text, float scale, @Nullable Tensor mask) {
        Map<String, CrossContext.Source> more = new HashMap<>();
        text.context().sources().forEach((name, sources) -> {
            CrossContext.Source first = sources.getFirst();
            more.put(name, new CrossContext.Source(first.keys(), first.values(), scale, mask));
        });
        return text.withContext(text.context().with(more));
    }

    @Test
    void residualsOfAnotherSizeAreRefused() {
        try (Workspace workspace = Workspace.create();
                Frame frame = workspace.frame()) {
            Tensor wrong = normal(3, 2, 4, 3, 16);
            Residuals few = Residuals.ofSkips(List.of(wrong), wrong);
            Residuals unfit = Residuals.ofSkips(List.of(wrong, wrong, wrong, wrong), wrong);
            Conditions conditions = text(frame);
            Tensor sample = normal(1, 2, 8, 6, 9);
            assertThrows(
                    IllegalArgumentException.class,
                    () -> unet.apply(frame, sample, TIMESTEPS, conditions, few, () -> {}));
            assertThrows(ShapeException.class, () -> unet.apply(frame, sample, TIMESTEPS, conditions, unfit, () -> {}));
        }
    }
}
