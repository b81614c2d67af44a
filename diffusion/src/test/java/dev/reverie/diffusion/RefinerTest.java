package dev.reverie.diffusion;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reverie.nn.ClosedModelException;
import dev.reverie.tensor.Workspace.StageCost;
import dev.reverie.tensor.io.Safetensors;
import dev.reverie.testing.Goldens;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** SDXL and its refiner, as toys. */
@SuppressWarnings("NullAway.Init")
class RefinerTest {
    private static final Path PIPELINES = Goldens.repository().resolve("goldens/pipeline");
    /** As the two golden runs ask, the refiner's of which takes up the other's latents. */
    private static final ImageRequest REQUEST = ImageRequest.of("a small wooden boat on a quiet lake, morning fog")
            .withNegativePrompt("ugly, deformed hands")
            .withGuidanceScale(7.5)
            .withSteps(8)
            .withSize(64, 48)
            .withSeed(1234)
            .withWeightedPrompt(false);

    private static ImageModel base;
    private static ImageModel refiner;

    @BeforeAll
    static void load() throws IOException {
        base = ImageModel.load(PIPELINES.resolve("sdxl-edit"));
        refiner = ImageModel.load(PIPELINES.resolve("sdxl-refiner"));
    }

    @AfterAll
    static void close() {
        base.close();
        refiner.close();
    }

    /** Computed by diffusers, with {@code denoising_end} and {@code denoising_start}. */
    @Test
    void drawsWhatDiffusersDraws() throws IOException {
        List<ImageStep> steps = new ArrayList<>();
        Image picture = base.withRefiner(refiner, 0.75).generate(REQUEST, step -> steps.add(step));
        try (Safetensors golden = Safetensors.open(PIPELINES.resolve("sdxl-refiner/run-handover.safetensors"))) {
            float[] want = golden.floats("out.pixels", 0, 3 * 48 * 64); // 0 to 1
            for (int i = 0; i < want.length; i++) {
                int got = picture.pixels()[i] & 0xFF;
                assertEquals(255 * want[i], got, 0.5 + 255 * 0.001, "element " + i);
            }
        }
        assertEquals(
                List.of(1, 2, 3, 4, 5, 6, 7, 8),
                steps.stream().map(ImageStep::step).toList());
        assertTrue(steps.stream().allMatch(step -> step.steps() == 8));
        assertEquals(8, steps.getLast().preview().width());
        assertEquals(
                "sdxl-refiner",
                Objects.requireNonNull(picture.parameters()).settings().get("Refiner"));
    }

    @Test
    void aPlanCountsBoth() {
        ImagePlan alone = base.plan(REQUEST);
        ImagePlan both = base.withRefiner(refiner, 0.75).plan(REQUEST);
        assertEquals(8, both.steps());
        assertEquals(alone.weightBytes() + refiner.plan(REQUEST).weightBytes(), both.weightBytes());
        List<String> stages = both.stages().stream().map(StageCost::name).toList();
        assertEquals(
                List.of("text", "start", "denoise", "refiner text", "refiner start", "refiner denoise", "decode"),
                stages.subList(0, 7));
        assertEquals(7, stages.lastIndexOf("decode") + 1, "one decodes");
        assertEquals(alone.peakBytes(), both.peakBytes(), "the base's steps need the most");
        assertEquals(work(alone, "denoise") * 6 / 8, work(both, "denoise"));
        assertEquals(work(refiner.plan(REQUEST), "denoise") * 2 / 8, work(both, "refiner denoise"));
    }

    private static long work(ImagePlan plan, String stage) {
        return plan.stages().stream()
                .filter(s -> s.name().equals(stage))
                .mapToLong(StageCost::multiplyAdds)
                .sum();
    }

    /** Methods that remember, that ask twice a step, that draw noise. */
    @ParameterizedTest
    @ValueSource(strings = {"dpm++2m", "heun", "euler-a", "unipc", "pndm"})
    void takesOverFromEverySampler(String sampler) {
        ImageModel both = base.withRefiner(refiner, 0.6);
        ImageRequest request = REQUEST.withScheduler(sampler).withSteps(5);
        List<ImageStep> steps = new ArrayList<>();
        Image picture = both.generate(request, step -> steps.add(step));
        assertEquals(both.plan(request).steps(), steps.size());
        assertEquals(base.plan(request).steps(), steps.size(), "no call is left out or made twice");
        assertArrayEquals(picture.pixels(), both.generate(request).pixels());
        assertFalse(Arrays.equals(picture.pixels(), base.generate(request).pixels()));
    }

    /** A model that refines itself with a method that remembers nothing draws what it draws alone. */
    @ParameterizedTest
    @ValueSource(strings = {"euler", "heun", "euler-a"})
    void aModelThatRefinesItselfIsNoOther(String sampler) {
        ImageRequest request = REQUEST.withScheduler(sampler).withSteps(5);
        assertArrayEquals(
                base.generate(request).pixels(),
                base.withRefiner(base, 0.5).generate(request).pixels());
    }

    @Test
    void aPictureToChangeIsRefinedToo() {
        StartImage start = StartImage.of(base.generate(REQUEST)).withStrength(0.5);
        List<ImageStep> steps = new ArrayList<>();
        base.withRefiner(refiner, 0.75).generate(REQUEST.withStart(start), step -> steps.add(step));
        assertEquals(4, steps.size());
        refused("no step to the model", 0.25, REQUEST.withStart(start));
    }

    /**
     * Computed by diffusers 0.39.0: two StableDiffusionXLInpaintPipelines with one generator, the first with
     * {@code denoising_end}, the second with {@code denoising_start} and the first's latents as its picture.
     */
    @ParameterizedTest
    @CsvSource({"part, euler, 0.8, 0.5", "whole, euler-a, 1, 0.75"})
    void paintsIntoAPictureAsDiffusersDoes(String run, String sampler, double strength, double handOver)
            throws IOException {
        try (Safetensors golden = Safetensors.open(PIPELINES.resolve("sdxl-refiner/run-masked.safetensors"))) {
            StartImage start = StartImage.of(picture(golden, "in.image", 3))
                    .withMask(picture(golden, "in.mask_image", 1))
                    .withStrength(strength);
            ImageRequest request = REQUEST.withScheduler(sampler).withStart(start);
            ImageModel both = base.withRefiner(refiner, handOver);
            List<ImageStep> steps = new ArrayList<>();
            Image picture = both.generate(request, step -> steps.add(step));
            assertEquals((int) (8 * strength), steps.size());
            assertEquals(steps.size(), both.plan(request).steps());
            float[] want = golden.floats("out." + run + ".pixels", 0, 3 * 48 * 64); // 0 to 1, [3, 48, 64]
            for (int i = 0; i < want.length; i++) {
                int got = picture.pixels()[i % (48 * 64) * 3 + i / (48 * 64)] & 0xFF;
                assertEquals(255 * want[i], got, 0.5 + 255 * 0.001, "element " + i);
            }
        }
    }

    /** Of {@code [1, channels, 48, 64]} from 0 to 1. */
    private static Image picture(Safetensors golden, String name, int channels) throws IOException {
        float[] values = golden.floats(name, 0, channels * 48 * 64);
        byte[] pixels = new byte[3 * 48 * 64];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) Math.round(255 * values[i % 3 % channels * 48 * 64 + i / 3]);
        }
        return Image.of(64, 48, 3, pixels);
    }

    /** The hand-over is in the second pass: there, too, a model that refines itself is no other. */
    @ParameterizedTest
    @ValueSource(strings = {"euler", "heun", "euler-a"})
    void anEnlargedPictureIsRefinedInItsSecondPass(String sampler) {
        ImageRequest request = REQUEST.withScheduler(sampler)
                .withSteps(3)
                .withEnlargement(Enlargement.times(1.5).withSteps(5));
        Image alone = base.generate(request);
        assertArrayEquals(
                alone.pixels(), base.withRefiner(base, 0.6).generate(request).pixels());
        ImageModel both = base.withRefiner(refiner, 0.6);
        List<String> steps = new ArrayList<>();
        Image refined = both.generate(request, step -> steps.add(step.step() + "/" + step.steps()));
        assertEquals(96, refined.width());
        assertFalse(Arrays.equals(alone.pixels(), refined.pixels()));
        ImagePlan plan = both.plan(request);
        assertEquals(96, plan.width());
        assertEquals(base.plan(request).steps(), plan.steps());
        assertEquals(plan.steps(), steps.size());
        assertEquals(plan.steps() + "/" + plan.steps(), steps.getLast());
        assertEquals(
                List.of("text", "start", "denoise", "enlarge", "text", "start", "denoise again", "refiner text"),
                plan.stages().stream().map(StageCost::name).toList().subList(0, 8));
        assertTrue(work(plan, "refiner denoise again") > 0);
    }

    @Test
    void anEnlargedPictureMayHaveAMaskAndARefiner() {
        Image grey = Image.of(64, 48, 3, new byte[64 * 48 * 3]);
        ImageRequest request = REQUEST.withSteps(3)
                .withStart(StartImage.of(grey).withMask(base.generate(REQUEST)))
                .withEnlargement(Enlargement.times(1.5).withSteps(4));
        ImageModel both = base.withRefiner(refiner, 0.7);
        assertEquals(96, both.generate(request).width());
        for (int last : new int[] {1, 4, 6}) { // in the first pass, the second, and the refiner's part of it
            String message = String.valueOf(assertThrows(
                            CancellationException.class, () -> both.generate(request, step -> step.step() != last))
                    .getMessage());
            assertEquals("stopped after step " + last, message);
        }
        refused("no step to the model", 0.2, request);
    }

    @Test
    void whatCannotBeIsSaid() throws IOException {
        refused("no step to the refiner", 0.9999, REQUEST.withSteps(2));
        refused("no step to the model", 0.001, REQUEST.withSteps(2));
        for (double handOver : new double[] {0, 1, -1, Double.NaN}) {
            assertThrows(IllegalArgumentException.class, () -> base.withRefiner(refiner, handOver));
        }
        ImageModel both = base.withRefiner(refiner, 0.8);
        assertThrows(IllegalArgumentException.class, () -> base.withRefiner(both, 0.8));
        try (ImageModel other = ImageModel.load(PIPELINES.resolve("sd15-ip-adapter"))) {
            assertTrue(message(() -> other.withRefiner(refiner, 0.8)).contains("0.13025"));
        }
    }

    private static void refused(String sentence, double handOver, ImageRequest request) {
        String message = message(() -> base.withRefiner(refiner, handOver).generate(request));
        assertTrue(message.contains(sentence), message);
    }

    private static String message(Runnable run) {
        return String.valueOf(
                assertThrows(IllegalArgumentException.class, run::run).getMessage());
    }

    @Test
    void closesBoth() throws IOException {
        ImageModel one = ImageModel.load(PIPELINES.resolve("sdxl-edit"));
        ImageModel two = ImageModel.load(PIPELINES.resolve("sdxl-refiner"));
        ImageModel both = one.withRefiner(two, 0.5);
        assertEquals("sdxl-edit, refined by sdxl-refiner", both.description());
        two.close();
        assertThrows(ClosedModelException.class, () -> both.generate(REQUEST));
        both.close();
        assertThrows(ClosedModelException.class, () -> one.generate(REQUEST));
    }
}
