package dev.reverie.diffusion;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Models whose weights are NaN say so; a black picture would not. */
class BadNumbersTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"text_encoder, after step 1, 0", "unet, after step 1, 0", "vae, after decoding, 4"})
    void case43AModelOfNanIsFoundOut(String part, String where, int stepsSeen) throws IOException {
        AtomicInteger steps = new AtomicInteger();
        try (ImageModel painter = ImageModel.load(ToyModel.damaged(folder, part))) {
            String message = String.valueOf(assertThrows(
                            NonFiniteException.class,
                            () -> painter.generate(ToyModel.request(), s -> {
                                steps.incrementAndGet();
                                return true;
                            }))
                    .getMessage());
            assertTrue(message.startsWith("the model's numbers are not finite " + where), message);
        }
        assertTrue(steps.get() == stepsSeen, "steps: " + steps);
    }
}
