package dev.reverie.diffusion;

import dev.reverie.diffusion.family.PipelineGoldens;
import dev.reverie.diffusion.family.SingleFileGoldens;
import dev.reverie.diffusion.prompt.PromptGoldens;
import dev.reverie.diffusion.schedule.SchedulerGoldens;
import dev.reverie.testing.Goldens;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The golden cases of pictures; each area has its runners in a class of its own. */
class GoldenTest {
    @TestFactory
    Stream<DynamicTest> goldens() {
        Map<String, Goldens.Runner> runners = new HashMap<>();
        runners.putAll(PromptGoldens.runners());
        runners.putAll(SchedulerGoldens.runners());
        runners.putAll(ImageGoldens.runners());
        runners.putAll(UnetGoldens.runners());
        runners.putAll(VaeGoldens.runners());
        runners.putAll(PipelineGoldens.runners());
        runners.putAll(SingleFileGoldens.runners());
        runners.putAll(AdapterGoldens.runners());
        return Goldens.tests(
                List.of(
                        "scheduler",
                        "unet",
                        "vae",
                        "transformer",
                        "adapter",
                        "singlefile",
                        "weighting",
                        "image",
                        "pipeline",
                        "taef2",
                        "emoji-diffusion"),
                runners);
    }
}
