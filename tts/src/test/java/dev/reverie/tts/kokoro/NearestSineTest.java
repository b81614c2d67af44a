package dev.reverie.tts.kokoro;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class NearestSineTest {
    @Test
    void isTheNearestFloat() {
        Random random = new Random(1);
        int different = 0;
        for (int i = 0; i < 1_000_000; i++) {
            float x = (random.nextFloat() - 0.5f) * (float) Math.pow(10, random.nextInt(8) - 1);
            different += NearestSine.of(x) == (float) StrictMath.sin(x) ? 0 : 1;
        }
        assertTrue(different <= 2, different + " of 1,000,000"); // halfway cases
        assertEquals(0f, NearestSine.of(0f));
        assertTrue(Float.isNaN(NearestSine.of(Float.NaN)));
    }
}
