package dev.reverie.tensor.random;

import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.kernel.FloatMath;
import dev.reverie.tensor.kernel.Pool;

/**
 * Draws what PyTorch's CPU generator draws: {@code torch.Generator().manual_seed(seed)}, then {@code torch.rand} and
 * {@code torch.randn}, one after the other from one generator.
 *
 * <p>Normal numbers agree to the rounding of logarithm, sine and cosine, which are the project's own in blocks of
 * sixteen, {@link StrictMath}'s otherwise, and so the same on every machine. The rules are those of {@code
 * aten/src/ATen/native/cpu/DistributionTemplates.h} and {@code aten/src/ATen/core/DistributionsHelper.h}. Not for several
 * threads at once.
 */
public final class TorchRandom {
    /** 64 KiB of numbers, for a thread. */
    private static final int BLOCKS_OF_A_PIECE = 1024;

    private static final float TWO_PI = 6.2831855f;

    private final MersenneTwister bits;
    /** The second number of the pair that the last single draw made; NaN when there is none. */
    private double spare = Double.NaN;

    /** Of a 64-bit seed PyTorch's generator uses the low 32 bits. */
    public TorchRandom(long seed) {
        bits = new MersenneTwister((int) seed);
    }

    /** Uniform numbers in [0, 1). */
    public Tensor rand(Shape shape) {
        return Tensor.of(shape, uniform(shape.elementCount()));
    }

    public Tensor rand(int... sizes) {
        return rand(Shape.of(sizes));
    }

    /** Normal numbers of mean 0 and variance 1. */
    public Tensor randn(Shape shape) {
        int n = shape.elementCount();
        return Tensor.of(shape, n < 16 ? singly(n) : inBlocks(n));
    }

    public Tensor randn(int... sizes) {
        return randn(Shape.of(sizes));
    }

    private float[] uniform(int n) {
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = nextFloat();
        }
        return values;
    }

    /** 24 bits of one draw. */
    private float nextFloat() {
        return (bits.nextInt() & 0xFFFFFF) * 0x1p-24f;
    }

    /** 53 bits of two draws, the high half first. */
    private double nextDouble() {
        long high = bits.nextInt();
        long low = bits.nextInt() & 0xFFFFFFFFL;
        return ((high << 32 | low) & ((1L << 53) - 1)) * 0x1p-53;
    }

    private float[] singly(int n) {
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = (float) nextNormal();
        }
        return values;
    }

    /** Box and Muller's pair in double; the sine waits for the next call. */
    private double nextNormal() {
        if (!Double.isNaN(spare)) {
            double value = spare;
            spare = Double.NaN;
            return value;
        }
        double angle = 2 * Math.PI * nextDouble();
        double radius = Math.sqrt(-2 * StrictMath.log1p(-nextDouble()));
        spare = radius * StrictMath.sin(angle);
        return radius * StrictMath.cos(angle);
    }

    /** Normal numbers into memory that is there: what {@link #randn(Shape)} of that shape draws. */
    public void fillNormal(Tensor to) {
        int n = to.elementCount();
        System.arraycopy(n < 16 ? singly(n) : inBlocks(n), 0, to.data(), to.offset(), n);
    }

    private float[] inBlocks(int n) {
        float[] values = uniform(n);
        int blocks = n / 16;
        Pool.run((blocks + BLOCKS_OF_A_PIECE - 1) / BLOCKS_OF_A_PIECE, (piece, scratch) -> {
            int end = Math.min(blocks, (piece + 1) * BLOCKS_OF_A_PIECE);
            for (int block = piece * BLOCKS_OF_A_PIECE; block < end; block++) {
                toNormal(values, 16 * block);
            }
        });
        if (n % 16 != 0) { // the last 16 are drawn again
            for (int i = n - 16; i < n; i++) {
                values[i] = nextFloat();
            }
            toNormal(values, n - 16);
        }
        return values;
    }

    /** Turns sixteen uniform numbers into normal ones; element j makes a pair with j + 8. */
    private static void toNormal(float[] values, int at) {
        for (int j = at; j < at + 8; j++) {
            float radius = (float) Math.sqrt(-2f * FloatMath.log(1f - values[j]));
            float angle = TWO_PI * values[j + 8];
            values[j] = radius * FloatMath.cos(angle);
            values[j + 8] = radius * FloatMath.sin(angle);
        }
    }
}
