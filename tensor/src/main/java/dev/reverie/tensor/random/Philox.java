package dev.reverie.tensor.random;

import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;

/**
 * The counter-based generator Philox4x32-10 of Salmon et al., "Parallel random numbers: as easy as 1, 2, 3" (2011), and
 * the normal numbers that PyTorch's CUDA generator draws with it for small tensors, as stable-diffusion.cpp's
 * {@code rng_philox.hpp} has them: element i of draw number k comes from the counter (k, 0, i, 0).
 */
public final class Philox {
    private static final long MULTIPLIER_0 = 0xD2511F53L;
    private static final long MULTIPLIER_1 = 0xCD9E8D57L;
    private static final int WEYL_0 = 0x9E3779B9;
    private static final int WEYL_1 = 0xBB67AE85;
    private static final float TWO_POW_MINUS_32 = 0x1p-32f;
    private static final float TWO_PI_POW_MINUS_32 = 0x1p-32f * 6.2831855f;

    private final long seed;
    private int draws;

    public Philox(long seed) {
        this.seed = seed;
    }

    /** Normal numbers of mean 0 and variance 1; the next call draws others. */
    public Tensor randn(Shape shape) {
        float[] values = new float[shape.elementCount()];
        int[] block = new int[4];
        for (int i = 0; i < values.length; i++) {
            block[0] = draws;
            block[1] = 0;
            block[2] = i;
            block[3] = 0;
            encrypt(block, seed);
            values[i] = normal((float) Integer.toUnsignedLong(block[0]), (float) Integer.toUnsignedLong(block[1]));
        }
        draws++;
        return Tensor.of(shape, values);
    }

    /** The sine of Box and Muller's pair. */
    private static float normal(float x, float y) {
        float u = x * TWO_POW_MINUS_32 + TWO_POW_MINUS_32 / 2;
        float angle = y * TWO_PI_POW_MINUS_32 + TWO_PI_POW_MINUS_32 / 2;
        float radius = (float) Math.sqrt(-2f * (float) StrictMath.log(u));
        return radius * (float) StrictMath.sin(angle);
    }

    /** Ten rounds on a counter of four words, which becomes the random block. */
    static void encrypt(int[] block, long key) {
        int key0 = (int) key;
        int key1 = (int) (key >>> 32);
        for (int round = 0; round < 10; round++) {
            long product0 = MULTIPLIER_0 * Integer.toUnsignedLong(block[0]);
            long product1 = MULTIPLIER_1 * Integer.toUnsignedLong(block[2]);
            block[0] = (int) (product1 >>> 32) ^ block[1] ^ key0;
            block[1] = (int) product1;
            block[2] = (int) (product0 >>> 32) ^ block[3] ^ key1;
            block[3] = (int) product0;
            key0 += WEYL_0;
            key1 += WEYL_1;
        }
    }
}
