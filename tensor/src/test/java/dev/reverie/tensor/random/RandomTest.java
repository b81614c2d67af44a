package dev.reverie.tensor.random;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.reverie.tensor.Shape;
import org.junit.jupiter.api.Test;

/** Published values of the generators, and their structure; {@code goldens/random} holds PyTorch's numbers. */
class RandomTest {
    /** C++ standard, [rand.predef]: the 10,000th number of a default-constructed mt19937. */
    @Test
    void mersenneTwister() {
        MersenneTwister bits = new MersenneTwister(5489);
        int last = 0;
        for (int i = 0; i < 10_000; i++) {
            last = bits.nextInt();
        }
        assertEquals(4123659995L, Integer.toUnsignedLong(last));
    }

    /** The known answers of Random123's {@code tests/kat_vectors}. */
    @Test
    void philox() {
        assertPhilox("00000000 00000000 00000000 00000000", 0L, "6627e8d5 e169c58d bc57ac4c 9b00dbd8");
        assertPhilox("ffffffff ffffffff ffffffff ffffffff", -1L, "408f276d 41c83b0e a20bc7c6 6d5451fd");
        assertPhilox(
                "243f6a88 85a308d3 13198a2e 03707344", 0x299f31d0_a4093822L, "d16cfe09 94fdcceb 5001e420 24126ea1");
    }

    private static void assertPhilox(String counter, long key, String expected) {
        int[] block = words(counter);
        Philox.encrypt(block, key);
        assertArrayEquals(words(expected), block);
    }

    private static int[] words(String text) {
        String[] words = text.split(" ", -1);
        int[] values = new int[words.length];
        for (int i = 0; i < words.length; i++) {
            values[i] = Integer.parseUnsignedInt(words[i], 16);
        }
        return values;
    }

    /** torch.manual_seed(42); torch.randn(3), and of 16: two different ways. */
    @Test
    void firstNumbersOfTorch() {
        assertArrayEquals(
                new float[] {0.33669037f, 0.1288094f, 0.23446237f},
                new TorchRandom(42).randn(3).toArray(),
                2e-6f);
        assertArrayEquals(
                new float[] {1.9269153f, 1.4872841f, 0.9007172f},
                new TorchRandom(42).randn(16).rows(0, 3).toArray(),
                2e-6f);
        assertArrayEquals(
                new float[] {0.88226926f, 0.91500396f, 0.38286376f},
                new TorchRandom(42).rand(3).toArray());
    }

    @Test
    void oneGeneratorGoesOn() {
        TorchRandom random = new TorchRandom(7);
        float[] first = random.randn(1).toArray();
        float[] rest = random.randn(3).toArray();
        float[] all = new TorchRandom(7).randn(4).toArray();
        assertArrayEquals(all, new float[] {first[0], rest[0], rest[1], rest[2]});

        Philox philox = new Philox(7);
        float[] draw = philox.randn(Shape.of(5)).toArray();
        assertArrayEquals(draw, new Philox(7).randn(Shape.of(5)).toArray());
        assertNotEquals(draw[0], philox.randn(Shape.of(5)).get(0));
    }

    /** Of 17 numbers the last 16 are new draws: the first is that of the first block. */
    @Test
    void lastBlockIsDrawnAgain() {
        float[] whole = new TorchRandom(3).randn(16).toArray();
        float[] odd = new TorchRandom(3).randn(17).toArray();
        assertEquals(whole[0], odd[0]);
        assertNotEquals(whole[1], odd[1]);
    }

    @Test
    void moments() {
        for (float[] values : new float[][] {
            new TorchRandom(1).randn(100_000).toArray(),
            new Philox(1).randn(Shape.of(100_000)).toArray()
        }) {
            double mean = 0;
            double square = 0;
            for (float v : values) {
                mean += v / 1e5;
                square += v * (double) v / 1e5;
            }
            assertEquals(0, mean, 0.015);
            assertEquals(1, square, 0.02);
        }
    }
}
