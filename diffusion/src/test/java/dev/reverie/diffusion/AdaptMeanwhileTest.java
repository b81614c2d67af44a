package dev.reverie.diffusion;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reverie.nn.ClosedModelException;
import dev.reverie.testing.Goldens;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A model that is adapted while others use, interrupt or close it: it is as before or as asked for, and never between. */
class AdaptMeanwhileTest {
    private static final Path MODEL = Goldens.repository().resolve("goldens/pipeline/sd15-ip-adapter");
    private static final Path LORA = MODEL.resolve("lora-peft.safetensors");
    private static final ImageRequest REQUEST =
            ImageRequest.of("a red fox").withSize(32, 32).withSteps(1);

    private static byte[] loaded(ImageModelOptions options) throws IOException {
        try (ImageModel painter = ImageModel.load(MODEL, options)) {
            return painter.generate(REQUEST).pixels();
        }
    }

    /** Whenever an interrupt comes, the model is one or the other. */
    @Test
    void case39AnInterruptLeavesTheModelWhole() throws Exception {
        ImageModelOptions with = ImageModelOptions.NONE.withLora(LORA, 1);
        byte[] adapted = loaded(with);
        byte[] published = loaded(ImageModelOptions.NONE);
        int broken = 0;
        try (ImageModel painter = ImageModel.load(MODEL)) {
            for (int round = 0; round < 16; round++) {
                boolean on = painter.options().loras().isEmpty();
                FutureTask<Boolean> adapting = new FutureTask<>(() -> {
                    try {
                        painter.adapt(on ? with : ImageModelOptions.NONE);
                        return true;
                    } catch (IOException | CancellationException e) {
                        return Thread.currentThread().isInterrupted();
                    }
                });
                Thread thread = Thread.ofPlatform().start(adapting);
                TimeUnit.MICROSECONDS.sleep(500L * round);
                thread.interrupt();
                assertTrue(adapting.get(1, TimeUnit.MINUTES), "the interrupt was swallowed");
                boolean is = !painter.options().loras().isEmpty();
                broken += is == on ? 0 : 1;
                assertArrayEquals(
                        is ? adapted : published, painter.generate(REQUEST).pixels());
            }
        }
        assertTrue(broken > 0, "no interrupt came in time");
    }

    @Test
    void runsBesideItDrawOneOrTheOther() throws Exception {
        ImageModelOptions with = ImageModelOptions.NONE.withLora(LORA, 1);
        byte[] adapted = loaded(with);
        byte[] published = loaded(ImageModelOptions.NONE);
        AtomicBoolean done = new AtomicBoolean();
        try (ImageModel painter = ImageModel.load(MODEL);
                ExecutorService threads = Executors.newFixedThreadPool(2)) {
            List<Future<Integer>> runs = Stream.of(0, 1)
                    .map(thread -> threads.submit(() -> {
                        int changed = 0;
                        while (!done.get()) {
                            byte[] pixels = painter.generate(REQUEST).pixels();
                            boolean is = Arrays.equals(adapted, pixels);
                            assertTrue(is || Arrays.equals(published, pixels), "a mixture");
                            changed += is ? 1 : 0;
                        }
                        return changed;
                    }))
                    .toList();
            for (int i = 0; i < 6; i++) {
                painter.adapt(i % 2 == 0 ? with : ImageModelOptions.NONE);
                Thread.sleep(30);
            }
            done.set(true);
            int changed = 0;
            for (Future<Integer> run : runs) {
                changed += run.get(1, TimeUnit.MINUTES);
            }
            assertTrue(changed > 0, "nobody saw the LoRA");
        }
    }

    @Test
    void aRunCannotAdaptItsOwnModel() throws IOException {
        try (ImageModel painter = ImageModel.load(MODEL)) {
            assertThrows(
                    IllegalStateException.class,
                    () -> painter.generate(REQUEST, step -> {
                        try {
                            painter.adapt(ImageModelOptions.NONE);
                        } catch (IOException e) {
                            throw new AssertionError(e);
                        }
                        return true;
                    }));
            painter.adapt(ImageModelOptions.NONE);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 6, 9, 12, 15, 20})
    void closedMeanwhile(int milliseconds) throws Exception {
        ImageModel painter = ImageModel.load(MODEL);
        try (ExecutorService threads = Executors.newFixedThreadPool(1)) {
            Future<?> adapting = threads.submit(() -> {
                painter.adapt(ImageModelOptions.NONE.withLora(LORA, 1));
                return 0;
            });
            Thread.sleep(milliseconds);
            painter.close();
            try {
                adapting.get(1, TimeUnit.MINUTES);
            } catch (ExecutionException e) {
                assertTrue(e.getCause() instanceof ClosedModelException, String.valueOf(e.getCause()));
            }
            assertThrows(ClosedModelException.class, () -> painter.generate(REQUEST));
        }
    }
}
