package dev.reverie.diffusion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reverie.diffusion.schedule.NoiseLevels.Spacing;
import dev.reverie.diffusion.schedule.Samplers;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What cannot be drawn is refused in a sentence, before anything large is allocated. */
@SuppressWarnings("NullAway.Init") // loaded before all tests
class WrongRequestTest {
    private static final Image PIXEL = Image.of(1, 1, 3, new byte[3]);

    private static ImageModel painter;

    @BeforeAll
    static void load() throws IOException {
        painter = ToyModel.load();
    }

    @AfterAll
    static void close() {
        painter.close();
    }

    static Stream<Arguments> options() {
        ImageRequest good = ToyModel.request();
        return Stream.of(
                wrong("guidance scale NaN", () -> good.withGuidanceScale(Double.NaN)),
                wrong("guidance scale Infinity", () -> good.withGuidanceScale(Double.POSITIVE_INFINITY)),
                wrong("guidance rescale NaN", () -> good.withGuidanceRescale(Double.NaN)),
                wrong("guidance rescale 1.5", () -> good.withGuidanceRescale(1.5)),
                wrong("steps 0", () -> good.withSteps(0)),
                wrong("steps 1000000000", () -> good.withSteps(1_000_000_000)),
                wrong("steps 5: it must be 3", () -> good.withSigmas(9, 3, 1).withSteps(5)),
                wrong("sigmas [1.0, 3.0] must be strictly", () -> good.withSigmas(1, 3)),
                wrong("sigmas [NaN] must be", () -> good.withSigmas(Double.NaN)),
                wrong("a list of 0 sigmas", () -> good.withSigmas(0)),
                wrong("a list of 0 timesteps", () -> good.withTimesteps()),
                wrong("timesteps [5.0, -1.0] must be", () -> good.withTimesteps(5, -1)),
                wrong("count 0", () -> good.withCount(0)),
                wrong("clip skip -1", () -> good.withClipSkip(-1)),
                wrong("width 0", () -> good.withSize(0, 32)),
                wrong("width -8", () -> good.withSize(-8, 32)),
                wrong("height 2147483640", () -> good.withSize(32, Integer.MAX_VALUE - 7)),
                wrong("16384 x 16384 pixels", () -> good.withSize(16_384, 16_384)),
                wrong("strength 0.0", () -> StartImage.of(PIXEL).withStrength(0)),
                wrong("strength NaN", () -> StartImage.of(PIXEL).withStrength(Double.NaN)),
                wrong("strength 1.1", () -> StartImage.of(PIXEL).withStrength(1.1)),
                wrong("image guidance scale NaN", () -> StartImage.of(PIXEL).withImageGuidanceScale(Double.NaN)),
                wrong("control scale NaN", () -> ControlImage.of(PIXEL).withScale(Double.NaN)),
                wrong("control from NaN", () -> ControlImage.of(PIXEL).withSteps(Double.NaN, 1)),
                wrong("reference scale NaN", () -> ReferenceImages.of(PIXEL).withScale(Double.NaN)),
                wrong("at least one picture", () -> ReferenceImages.of()));
    }

    static Stream<Arguments> requests() {
        ImageRequest good = ToyModel.request();
        return Stream.of(
                wrong("513 x 32 pixels: this model draws in units of 8", () -> good.withSize(513, 32)),
                wrong("clip skip 100 is more than", () -> good.withClipSkip(100)),
                wrong("\"euler-b\"", () -> good.withScheduler("euler-b")),
                wrong(
                        "DDIMScheduler counts in timesteps",
                        () -> good.withScheduler("ddim").withSigmas(9, 3, 1)),
                wrong(
                        "LCMScheduler counts in timesteps",
                        () -> good.withScheduler("lcm").withNoiseLevels(Spacing.AYS)),
                wrong(
                        "karras: EulerAncestralDiscreteScheduler chooses",
                        () -> good.withScheduler("euler-a").withNoiseLevels(Spacing.KARRAS)),
                wrong(
                        "DDIMScheduler takes even strides",
                        () -> good.withScheduler("ddim").withTimesteps(999, 3)),
                wrong(
                        "a list of timesteps does not go with karras spacing",
                        () -> good.withScheduler("euler-karras").withTimesteps(999, 3)),
                wrong(
                        "timestep 1000.0 is beyond the last",
                        () -> good.withScheduler("euler").withTimesteps(1000, 3)),
                wrong("needs a flow model", () -> good.withScheduler("flow-euler")),
                wrong("1 references, but 0", () -> good.withReferences(List.of(ReferenceImages.of(PIXEL)))),
                wrong("1 control images, but 0", () -> good.withControls(List.of(ControlImage.of(PIXEL)))),
                wrong(
                        "strength 0.01 of 4 steps",
                        () -> good.withStart(StartImage.of(PIXEL).withStrength(0.01))));
    }

    private static Arguments wrong(String sentence, Supplier<Object> request) {
        return Arguments.of(sentence, request);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("options")
    void case30IsRefusedByTheRequest(String sentence, Supplier<Object> request) {
        assertRefused(sentence, request::get);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("requests")
    void case30IsRefusedByTheModel(String sentence, Supplier<ImageRequest> request) {
        assertRefused(sentence, () -> painter.plan(request.get()));
        assertRefused(sentence, () -> painter.generate(request.get()));
    }

    private static void assertRefused(String sentence, Executable request) {
        String message = String.valueOf(
                assertThrows(IllegalArgumentException.class, request).getMessage());
        assertTrue(message.contains(sentence), message);
    }

    @Test
    void anUnknownSchedulerListsAllThatAreKnown() {
        ImageRequest request = ToyModel.request().withScheduler("nonesuch");
        String message = String.valueOf(assertThrows(IllegalArgumentException.class, () -> painter.generate(request))
                .getMessage());
        for (String name : Samplers.names()) {
            assertTrue(message.contains(name), message);
        }
    }

    /** Read whole, as with weights, it would be 1,300 windows. */
    @Test
    void case29APromptOf100_000TokensIsRefused() {
        ImageRequest request = ToyModel.request();
        ImageRequest prompt = ImageRequest.of("fox ".repeat(100_000)).withSize(48, 32);
        assertRefused("the prompt has more than", () -> painter.generate(prompt));
        assertRefused(
                "the prompt has more than", () -> painter.generate(request.withNegativePrompt("x ".repeat(100_000))));
        assertRefused("1,000,001 characters", () -> ImageRequest.of("x".repeat(1_000_001)));
    }

    @Test
    void case29APromptOf100_000TokensIsCutWhereBracketsAreText() {
        ImageRequest request = ToyModel.request().withWeightedPrompt(false);
        Image cut = painter.generate(request.withNegativePrompt("fox ".repeat(100_000)));
        Image shorter = painter.generate(request.withNegativePrompt("fox ".repeat(100)));
        assertEquals(48, cut.width());
        assertTrue(Arrays.equals(shorter.pixels(), cut.pixels()));
    }
}
