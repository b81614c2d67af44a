package dev.reverie.tensor;

import dev.reverie.tensor.kernel.Pool;
import java.util.function.IntConsumer;

/** A model's own loops on the threads that all operations share. */
public final class Pieces {
    private Pieces() {}

    /**
     * Runs pieces {@code 0 .. count - 1}, in any order and on any threads, and returns when all are done. How many there
     * are follows from the problem's shape, never from the number of threads, and none reads what another writes: so the
     * bits are always the same.
     */
    public static void run(int count, IntConsumer piece) {
        Pool.run(count, (index, scratch) -> piece.accept(index));
    }
}
