package dev.reverie.diffusion;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reverie.diffusion.schedule.AlignYourSteps;
import dev.reverie.diffusion.schedule.NoiseLevels;
import dev.reverie.diffusion.schedule.NoiseLevels.Spacing;
import dev.reverie.diffusion.schedule.Scheduler;
import dev.reverie.diffusion.schedule.SchedulerConfig;
import dev.reverie.diffusion.schedule.SchedulerType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs along other noise levels than the scheduler's own. */
@SuppressWarnings("NullAway.Init") // loaded before all tests
class NoiseLevelsTest {
    private static ImageModel painter;

    @BeforeAll
    static void load() throws IOException {
        painter = ToyModel.load();
    }

    @AfterAll
    static void close() {
        painter.close();
    }

    private static List<Double> timesteps(ImageRequest request) {
        List<Double> timesteps = new ArrayList<>();
        painter.generate(request, step -> timesteps.add(step.timestep()));
        return timesteps;
    }

    @ParameterizedTest
    @CsvSource({"KARRAS, karras", "EXPONENTIAL, exponential", "BETA, beta"})
    void aRuleIsThatOfTheSamplersName(Spacing spacing, String ending) {
        ImageRequest request = ToyModel.request();
        Image byName = painter.generate(request.withScheduler("dpm++2m-" + ending));
        Image byRule = painter.generate(request.withScheduler("dpm++2m").withNoiseLevels(spacing));
        assertArrayEquals(byName.pixels(), byRule.pixels());
        assertEquals(spacing.label(), setting(byRule, "Schedule type"));
    }

    @Test
    void aListOfSigmasIsFollowed() {
        ImageRequest request = ToyModel.request().withScheduler("euler").withSigmas(14.6, 2, 0.5, 0);
        assertEquals(3, Objects.requireNonNull(request.steps()));
        assertEquals(3, painter.plan(request).steps());
        List<Double> visited = timesteps(request);
        assertEquals(3, visited.size());
        assertTrue(visited.get(0) > 990 && visited.get(2) < 250, visited.toString());
        assertEquals("14.6 2.0 0.5", setting(painter.generate(request), "Sigmas"));
    }

    @ParameterizedTest
    @CsvSource({"euler", "lcm", "dpm++2m", "ddpm"})
    void aListOfTimestepsIsFollowed(String scheduler) {
        ImageRequest request = ToyModel.request().withScheduler(scheduler).withTimesteps(999, 759, 20);
        assertEquals(List.of(999.0, 759.0, 20.0), timesteps(request));
        assertEquals("999.0 759.0 20.0", setting(painter.generate(request), "Timesteps"));
    }

    @Test
    void alignYourStepsTakesTheListOfItsFamilyInAnyNumberOfSteps() {
        for (int steps : new int[] {1, 4, 10, 13}) {
            ImageRequest request = ToyModel.request().withScheduler("euler").withSteps(steps);
            Image aligned = painter.generate(request.withNoiseLevels(Spacing.AYS));
            double[] sigmas = AlignYourSteps.STABLE_DIFFUSION.sigmas(steps);
            assertArrayEquals(painter.generate(request.withSigmas(sigmas)).pixels(), aligned.pixels());
            assertEquals("Align Your Steps", setting(aligned, "Schedule type"));
        }
    }

    @Test
    void alignYourStepsIsRefusedWhereItWasNotMadeForTheNoise() {
        Scheduler other = Scheduler.of(SchedulerConfig.of(SchedulerType.EULER)); // linear betas
        String message = String.valueOf(assertThrows(
                        IllegalArgumentException.class,
                        () -> other.request(Spacing.AYS, 10, AlignYourSteps.STABLE_DIFFUSION_XL))
                .getMessage());
        assertTrue(message.startsWith("ays begins at sigma 14.615, and the noise of this model at "), message);
    }

    @Test
    void aListSaysHowManyStepsThereAre() {
        ImageRequest request = ToyModel.request().withNoiseLevels(new NoiseLevels.Timesteps(List.of(999.0, 1.0)));
        assertEquals(2, Objects.requireNonNull(request.steps()));
        assertEquals(
                4,
                Objects.requireNonNull(
                        ToyModel.request().withNoiseLevels(Spacing.BETA).steps()));
    }

    private static String setting(Image picture, String key) {
        return Objects.requireNonNull(
                Objects.requireNonNull(picture.parameters()).settings().get(key), key);
    }
}
