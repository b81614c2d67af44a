package dev.reverie.diffusion.prompt;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reverie.nn.tokenizer.Tokenizer;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.ShapeException;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.Workspace;
import dev.reverie.testing.Goldens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenWindowsTest {
    private static final Path CLIP = Goldens.repository().resolve("goldens/tokenizer/clip-small");

    private static TokenWindows windows(String prompt) throws IOException {
        return TokenWindows.of(WeightedPrompt.parse(prompt), Tokenizer.load(CLIP), 77);
    }

    @Test
    void aFullWindowOpensTheNext() throws IOException {
        assertEquals(1, windows("a ".repeat(75)).count());
        TokenWindows two = windows("a ".repeat(75) + "(b:2)");
        assertEquals(2, two.count());
        assertEquals(2f, two.weights()[1][1]);
        assertEquals(1f, two.weights()[1][2]);
        assertFalse(two.isPlain());
        assertEquals(1, windows("").count());
        assertEquals(3, windows("BREAK a BREAK").count());
    }

    @Test
    void theSecondTokenizerOfSdxlFillsWithItsPadding(@TempDir Path temp) throws IOException {
        for (String file : List.of("vocab.json", "merges.txt")) {
            Files.copy(CLIP.resolve(file), temp.resolve(file));
        }
        Files.writeString(
                temp.resolve("special_tokens_map.json"),
                "{\"bos_token\": \"<|startoftext|>\", \"eos_token\": \"<|endoftext|>\", \"pad_token\": \"!\"}");
        TokenWindows windows = TokenWindows.of(WeightedPrompt.plain("a"), Tokenizer.load(temp), 6);
        assertArrayEquals(new int[] {2012, 320, 2013, 0, 0, 0}, windows.ids()[0]);
    }

    @Test
    void anEmptyNegativeIsPaddedToTheWindowsOfThePrompt() throws IOException {
        Tokenizer tokenizer = Tokenizer.load(CLIP);
        TokenWindows negative = windows("").paddedTo(3, tokenizer);
        assertEquals(3, negative.count());
        assertArrayEquals(negative.ids()[0], negative.ids()[2]);
        assertTrue(negative.isPlain());
        assertEquals(3, negative.paddedTo(2, tokenizer).count());
    }

    /** RELIABILITY.md section 5, case 29: 100,000 tokens. */
    @Test
    void promptsWithoutEndAreRefused() throws IOException {
        assertEquals(64, windows("a ".repeat(4800)).count());
        for (String prompt : List.of("a ".repeat(4801), "a ".repeat(100_000), "a BREAK ".repeat(100_000))) {
            IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> windows(prompt));
            assertTrue(String.valueOf(refused.getMessage()).contains("more than 4,800 tokens"), refused.getMessage());
        }
    }

    @Test
    void weightsAreAppliedAndTheMeanIsKept() {
        Tensor states = Tensor.of(Shape.of(2, 2, 2), new float[] {1, 2, 3, 4, 1, 1, 1, 1});
        float[][] weights = {{1, 2}, {0.5f, 0.5f}};
        try (Workspace workspace = Workspace.create();
                Frame frame = workspace.frame()) {
            Tensor plain = TokenWeights.PLAIN.apply(frame, states, weights);
            assertEquals(Shape.of(1, 4, 2), plain.shape());
            assertArrayEquals(new float[] {1, 2, 6, 8, 0.5f, 0.5f, 0.5f, 0.5f}, plain.toArray());
            float[] kept = TokenWeights.KEPT_MEAN.apply(frame, states, weights).toArray();
            assertEquals(10, kept[0] + kept[1] + kept[2] + kept[3], 1e-5);
            assertArrayEquals(new float[] {1, 1, 1, 1}, Arrays.copyOfRange(kept, 4, 8));
            float[] none =
                    TokenWeights.KEPT_MEAN.apply(frame, states, new float[2][2]).toArray();
            assertArrayEquals(new float[8], none);
            assertThrows(ShapeException.class, () -> TokenWeights.PLAIN.apply(frame, states, new float[1][2]));
        }
    }

    @Test
    void weightsAreMeasured() {
        try (Workspace workspace = Workspace.measuring();
                Frame frame = workspace.frame()) {
            Tensor states = frame.tensor(3, 77, 8);
            assertEquals(
                    Shape.of(1, 231, 8),
                    TokenWeights.KEPT_MEAN
                            .apply(frame, states, new float[3][77])
                            .shape());
        }
    }
}
