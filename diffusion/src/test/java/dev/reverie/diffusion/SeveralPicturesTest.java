package dev.reverie.diffusion;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.reverie.testing.Goldens;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Several pictures of one request: seeds in a row, each handed out as soon as it is done. */
class SeveralPicturesTest {
    private static final ImageRequest THREE = ImageRequest.of("a red fox")
            .withSize(32, 32)
            .withSteps(2)
            .withSeed(5)
            .withCount(3);

    private final List<Image> seen = new ArrayList<>();
    private final List<String> calls = new ArrayList<>();
    private ImageModel painter;

    @BeforeEach
    void open() throws IOException {
        painter = ImageModel.load(Goldens.repository().resolve("goldens/pipeline/sd21-v"));
    }

    @AfterEach
    void close() {
        painter.close();
    }

    /** Writes all calls down; ends the run in the first step of {@code lastPicture}. */
    private StepListener listener(int lastPicture) {
        return new StepListener() {
            @Override
            public boolean onStep(ImageStep step) {
                calls.add("step " + step.picture());
                return step.picture() < lastPicture;
            }

            @Override
            public void onPicture(int index, Image picture) {
                calls.add("picture " + index);
                seen.add(picture);
            }
        };
    }

    @Test
    void eachIsHandedOutAsSoonAsItIsDone() {
        List<Image> all = painter.generateAll(THREE, listener(3));
        assertEquals(
                List.of(
                        "step 0",
                        "step 0",
                        "picture 0",
                        "step 1",
                        "step 1",
                        "picture 1",
                        "step 2",
                        "step 2",
                        "picture 2"),
                calls);
        assertEquals(3, all.size());
        for (int i = 0; i < 3; i++) {
            assertSame(all.get(i), seen.get(i));
            Image alone = painter.generate(THREE.withSeed(5 + i));
            assertArrayEquals(alone.pixels(), all.get(i).pixels(), "picture " + i);
        }
    }

    @Test
    void eachHasItsOwnNoiseInTheSecondPassToo() {
        ImageRequest larger = THREE.withEnlargement(Enlargement.times(2));
        List<Image> all = painter.generateAll(larger, StepListener.NONE);
        for (int i = 0; i < 3; i++) {
            Image alone = painter.generate(larger.withSeed(5 + i));
            assertArrayEquals(alone.pixels(), all.get(i).pixels(), "picture " + i);
        }
    }

    @Test
    void whatIsDoneIsNotLostWhenALaterOneIsStopped() {
        assertThrows(CancellationException.class, () -> painter.generateAll(THREE, listener(1)));
        assertEquals(List.of("step 0", "step 0", "picture 0", "step 1"), calls);
        assertArrayEquals(painter.generate(THREE).pixels(), seen.getFirst().pixels());
    }

    @Test
    void encodersThatAreReleasedChangeNothing() throws IOException {
        ImageModelOptions released = ImageModelOptions.NONE.withSparedMemory();
        try (ImageModel frugal = ImageModel.load(Goldens.repository().resolve("goldens/pipeline/sd21-v"), released)) {
            for (int run = 0; run < 2; run++) {
                List<Image> pictures = frugal.generateAll(THREE, StepListener.NONE);
                assertArrayEquals(
                        painter.generate(THREE.withSeed(7)).pixels(),
                        pictures.get(2).pixels(),
                        "run " + run);
            }
        }
    }
}
