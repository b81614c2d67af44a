package dev.reverie.tensor.random;

/** mt19937 as torch draws from it. */
public final class TorchRandom {
    private final int[] state = new int[624];
    private int at = 624;

    public TorchRandom(long seed) {
        state[0] = (int) seed;
        for (int i = 1; i < 624; i++) {
            state[i] = 1812433253 * (state[i - 1] ^ (state[i - 1] >>> 30)) + i;
        }
    }

    private int next() {
        if (at == 624) {
            for (int i = 0; i < 624; i++) {
                int y = (state[i] & 0x80000000) | (state[(i + 1) % 624] & 0x7fffffff);
                state[i] = state[(i + 397) % 624] ^ (y >>> 1) ^ ((y & 1) == 0 ? 0 : 0x9908b0df);
            }
            at = 0;
        }
        int y = state[at++];
        y ^= y >>> 11;
        y ^= (y << 7) & 0x9d2c5680;
        y ^= (y << 15) & 0xefc60000;
        return y ^ (y >>> 18);
    }

    public float[] rand(int n) {
        float[] u = new float[n];
        for (int i = 0; i < n; i++) {
            u[i] = (next() & 0xFFFFFF) * 0x1p-24f;
        }
        return u;
    }

    public void randn(float[] to, int offset, int n) {
        System.arraycopy(rand(n), 0, to, offset, n);
        for (int i = 0; i + 15 < n; i += 16) {
            normal(to, offset + i);
        }
        if (n % 16 != 0) {
            System.arraycopy(rand(16), 0, to, offset + n - 16, 16);
            normal(to, offset + n - 16);
        }
    }

    private static void normal(float[] x, int at) {
        for (int j = 0; j < 8; j++) {
            float radius = (float) Math.sqrt(-2 * StrictMath.log(1 - x[at + j]));
            double theta = 2 * Math.PI * x[at + j + 8];
            x[at + j] = (float) (radius * StrictMath.cos(theta));
            x[at + j + 8] = (float) (radius * StrictMath.sin(theta));
        }
    }
}
