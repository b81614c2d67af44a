package dev.reverie.models.emoji;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reverie.diffusion.Image;
import dev.reverie.diffusion.ImageModel;
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

    @Test
    void offersWhatItKnows() throws IOException {
        assertTrue(Emoji.labels().size() > 300);
        assertTrue(Emoji.knows("A Rocket!"));
        assertFalse(Emoji.knows("the qqqq"));
        assertEquals("rocket", Emoji.nearest("rockett", 3).getFirst());
    }
}
