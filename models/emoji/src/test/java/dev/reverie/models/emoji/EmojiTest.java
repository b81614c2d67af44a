package dev.reverie.models.emoji;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reverie.diffusion.Image;
import dev.reverie.diffusion.ImageModel;
import dev.reverie.diffusion.ImageRequest;
import dev.reverie.diffusion.NotEnoughMemoryException;
import dev.reverie.diffusion.image.GenerationParameters;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class EmojiTest {
    /** A red heart on white: red in the middle, white in the corners. */
    @Test
    void drawsARedHeartStepByStep() throws IOException {
        List<Integer> steps = new ArrayList<>();
        try (ImageModel painter = Emoji.embedded()) {
            Image heart = painter.generate(Emoji.request("red heart").withSteps(8), step -> {
                steps.add(step.step());
                assertEquals(128, step.preview().width());
                return true;
            });
            assertEquals(List.of(1, 2, 3, 4, 5, 6, 7, 8), steps);
            assertTrue(heart.get(64, 64, 0) > 150 && heart.get(64, 64, 1) < 100, "the middle is not red");
            assertTrue(heart.get(2, 2, 0) > 220 && heart.get(2, 2, 1) > 220, "the corner is not white");
            GenerationParameters parameters = Objects.requireNonNull(heart.parameters());
            assertEquals("red heart", parameters.prompt());
            assertEquals("8", parameters.settings().get("Steps"));
        }
    }

    /** The decoder's largest maps alone have 4.3 GB. */
    @Test
    void whatDoesNotFitIsRefusedBeforeItIsAllocated() throws IOException {
        ImageRequest request = Emoji.request("red heart").withSize(4096, 4096);
        try (ImageModel painter = Emoji.embedded()) {
            assertTrue(painter.plan(request).peakBytes() > Runtime.getRuntime().maxMemory(), "it fits: refuse nothing");
            String message =
                    String.valueOf(assertThrows(NotEnoughMemoryException.class, () -> painter.generate(request))
                            .getMessage());
            assertTrue(
                    message.matches("4096 x 4096 pixels need [\\d,]+ MB of working memory, but the JVM has [\\d,]+ MB"
                            + " left: draw a smaller picture \\(--size\\), or give it more \\(-Xmx\\)"),
                    message);
        }
    }

    @Test
    void aPromptOfAMegabyteIsCompared() throws IOException {
        assertEquals(3, Emoji.nearest("zq".repeat(500_000), 3).size());
        assertEquals(3, Emoji.nearest("zqqqq ".repeat(100_000), 3).size());
    }

    @Test
    void offersWhatItKnows() throws IOException {
        assertTrue(Emoji.labels().size() > 300);
        assertTrue(Emoji.knows("A Rocket!"));
        assertFalse(Emoji.knows("the qqqq"));
        assertEquals("rocket", Emoji.nearest("rockett", 3).getFirst());
    }
}
