package dev.reverie.nn;

import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.Workspace;
import dev.reverie.tensor.io.WeightScope;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * Runs parts of a network, small and with weights of zero, in a thread of its own while the real weights are read, so
 * that their kernels are compiled when they are needed: vectors are slow until then. Runs until it is ended.
 */
public final class WarmUp {
    /** Of a full panel with 16 lanes, and of half of one. */
    private static final int[] WIDTHS = {64, 32};

    private static final int CALLS = 40;
    private static final int RUNS = 3;

    /** A part of a network, with inputs of its own. */
    @FunctionalInterface
    public interface Part {
        void run(Frame frame);
    }

    /** Whether {@link #products} were run, in this process. */
    private static boolean productsWereRun;

    private final Supplier<List<Part>> parts;
    private volatile boolean ended;

    private WarmUp(Supplier<List<Part>> parts) {
        this.parts = parts;
    }

    /** Begins with what every network needs, for a process that will load one. */
    public static void begin() {
        start(new WarmUp(List::of)::products);
    }

    /**
     * Begins at once, in a thread of its own.
     *
     * @param parts made in that thread, in the order in which they are needed
     */
    public static WarmUp begin(Supplier<List<Part>> parts) {
        WarmUp warmUp = new WarmUp(parts);
        start(warmUp::run);
        return warmUp;
    }

    private static void start(Runnable run) {
        Thread.ofPlatform().daemon().name("reverie-warm-up").start(run);
    }

    private void run() {
        products();
        List<Part> made = parts.get();
        while (!ended) {
            made.forEach(part -> repeat(part, RUNS));
        }
    }

    /** Once a process; whoever comes meanwhile waits. */
    private void products() {
        synchronized (WarmUp.class) {
            if (productsWereRun) {
                return;
            }
            for (int width : WIDTHS) {
                for (int rows : new int[] {6, 4, 2, 1}) {
                    repeat(product(rows, width), CALLS);
                }
            }
            productsWereRun = !ended;
        }
    }

    /** Then leaves the processor to the compiler: going on at once would only make slow code hot. */
    private void repeat(Part part, int times) {
        for (int i = 0; i < times && !ended; i++) {
            try (Workspace workspace = Workspace.create();
                    Frame frame = workspace.frame()) {
                part.run(frame);
            }
        }
        LockSupport.parkNanos(5_000_000);
    }

    /** Each number of rows and width has its kernel; with few steps of k, calls are compiled before their loops are. */
    private static Part product(int rows, int width) {
        Linear linear = Linear.load(WeightScope.zeros(), 4, width);
        Tensor x = Tensor.zeros(Shape.of(rows, 4));
        return frame -> linear.apply(frame, x);
    }

    /** Ends it, after the run that goes on. */
    public void end() {
        ended = true;
    }
}
