package dev.reverie.bench;

import dev.reverie.tensor.kernel.Lanes;
import dev.reverie.tensor.kernel.Pool;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** What the machine can do at most, measured with the library's own lanes and threads. */
final class MachinePeak {
    private static final VectorSpecies<Float> S =
            VectorSpecies.of(float.class, VectorShape.forBitSize(Lanes.COUNT * Float.SIZE));
    private static final int L = Lanes.COUNT;

    /** Chains of multiply-adds: more than two units times five cycles, which no CPU of today exceeds by much. */
    private static final int CHAINS = 12;

    private static final int STEPS = 1 << 20;

    /** Floats of a piece: 128 KiB of each array. */
    private static final int PIECE = 1 << 15;

    /** Code is compiled, and the clock steady, after about that long. */
    private static final double SECONDS = 1.5;

    private static volatile float sink;

    private MachinePeak() {}

    /** Floating-point operations a second: independent chains of multiply-adds in registers. */
    static double flopsPerSecond() {
        int pieces = 4 * Pool.threads();
        double seconds = fastest(() -> Pool.run(pieces, (piece, scratch) -> sink = chains(STEPS)));
        return 2.0 * pieces * STEPS * CHAINS * L / seconds;
    }

    /**
     * Bytes a second from and to arrays of {@code floats} each: the faster of reading one and of {@code a = b + s c},
     * which is 12 bytes an element, as STREAM counts.
     */
    static double bytesPerSecond(int floats) {
        float[] a = new float[floats];
        float[] b = new float[floats];
        float[] c = new float[floats];
        int pieces = floats / PIECE;
        double reading = fastest(() -> Pool.run(pieces, (piece, scratch) -> sink = sum(a, piece * PIECE)));
        double triad = fastest(() -> Pool.run(pieces, (piece, scratch) -> triad(a, b, c, piece * PIECE)));
        return Math.max(4.0 * pieces * PIECE / reading, 12.0 * pieces * PIECE / triad);
    }

    private static double fastest(Runnable work) {
        double best = Double.POSITIVE_INFINITY;
        long begin = System.nanoTime();
        while (System.nanoTime() - begin < SECONDS * 1e9) {
            long start = System.nanoTime();
            work.run();
            best = Math.min(best, (System.nanoTime() - start) / 1e9);
        }
        return best;
    }

    /** All start from different numbers, so that no compiler may take two of them for one. */
    private static float chains(int steps) {
        FloatVector x = FloatVector.broadcast(S, 0.5f);
        FloatVector s0 = FloatVector.broadcast(S, 0f);
        FloatVector s1 = FloatVector.broadcast(S, 1f);
        FloatVector s2 = FloatVector.broadcast(S, 2f);
        FloatVector s3 = FloatVector.broadcast(S, 3f);
        FloatVector s4 = FloatVector.broadcast(S, 4f);
        FloatVector s5 = FloatVector.broadcast(S, 5f);
        FloatVector s6 = FloatVector.broadcast(S, 6f);
        FloatVector s7 = FloatVector.broadcast(S, 7f);
        FloatVector s8 = FloatVector.broadcast(S, 8f);
        FloatVector s9 = FloatVector.broadcast(S, 9f);
        FloatVector s10 = FloatVector.broadcast(S, 10f);
        FloatVector s11 = FloatVector.broadcast(S, 11f);
        for (int i = 0; i < steps; i++) {
            s0 = s0.fma(x, x);
            s1 = s1.fma(x, x);
            s2 = s2.fma(x, x);
            s3 = s3.fma(x, x);
            s4 = s4.fma(x, x);
            s5 = s5.fma(x, x);
            s6 = s6.fma(x, x);
            s7 = s7.fma(x, x);
            s8 = s8.fma(x, x);
            s9 = s9.fma(x, x);
            s10 = s10.fma(x, x);
            s11 = s11.fma(x, x);
        }
        FloatVector all = s0.add(s1).add(s2).add(s3).add(s4).add(s5);
        return all.add(s6).add(s7).add(s8).add(s9).add(s10).add(s11).reduceLanes(VectorOperators.ADD);
    }

    private static float sum(float[] a, int from) {
        FloatVector s0 = FloatVector.zero(S);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        for (int i = from; i < from + PIECE; i += 4 * L) {
            s0 = s0.add(FloatVector.fromArray(S, a, i));
            s1 = s1.add(FloatVector.fromArray(S, a, i + L));
            s2 = s2.add(FloatVector.fromArray(S, a, i + 2 * L));
            s3 = s3.add(FloatVector.fromArray(S, a, i + 3 * L));
        }
        return s0.add(s1).add(s2).add(s3).reduceLanes(VectorOperators.ADD);
    }

    private static void triad(float[] a, float[] b, float[] c, int from) {
        FloatVector s = FloatVector.broadcast(S, 3f);
        for (int i = from; i < from + PIECE; i += L) {
            FloatVector.fromArray(S, c, i)
                    .fma(s, FloatVector.fromArray(S, b, i))
                    .intoArray(a, i);
        }
    }
}
