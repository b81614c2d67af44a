package dev.reverie.tensor.kernel;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The one pool of platform threads that all models share, and the way to run the pieces of an operation on it.
 *
 * <p>Work is cut by the problem's shape, never by the number of threads, so the bits do not depend on it. The calling
 * thread takes pieces too; a call from inside a piece runs in that thread alone. The system property
 * {@code reverie.threads} sets the number; default: one thread a physical core.
 */
public final class Pool {
    /** One operation, cut into pieces. */
    @FunctionalInterface
    public interface Pieces {
        /** Computes piece {@code index}; {@code scratch} is the executing thread's own. */
        void run(int index, Scratch scratch);
    }

    /** An operation whose pieces need objects to work with: each thread begins it once, and makes them then. */
    @FunctionalInterface
    public interface Operation {
        /** What computes the pieces in one thread, whose own {@code scratch} is. */
        Pieces begin(Scratch scratch);
    }

    /** The property that sets the number of threads. */
    public static final String PROPERTY = "reverie.threads";

    /**
     * Looks for work before a thread sleeps: about as long as it takes to wake it, 50 us. While a process starts, its
     * compilers need the processor that a longer wait would hold.
     */
    private static final int SPINS = 4_000;

    private static final Pool SHARED = new Pool(threadCount());

    private final Worker[] workers;
    private final ThreadLocal<Scratch> scratch = ThreadLocal.withInitial(Scratch::new);
    private final ThreadLocal<Boolean> inside = ThreadLocal.withInitial(() -> false);
    private final java.util.concurrent.locks.ReentrantLock busy = new java.util.concurrent.locks.ReentrantLock();

    private Pool(int threads) {
        workers = new Worker[threads - 1];
        for (int i = 0; i < workers.length; i++) {
            workers[i] = new Worker(i + 1);
            workers[i].start();
        }
    }

    /** Threads that work at once, the caller's included. */
    public static int threads() {
        return SHARED.workers.length + 1;
    }

    /** Runs pieces {@code 0 .. count - 1}, in any order and on any threads, and returns when all are done. */
    public static void run(int count, Pieces pieces) {
        SHARED.execute(count, scratch -> pieces);
    }

    /** The same with objects that each thread has for itself. */
    public static void run(int count, Operation operation) {
        SHARED.execute(count, operation);
    }

    private void execute(int count, Operation operation) {
        if (count == 0) {
            return;
        }
        boolean alone = count == 1 || workers.length == 0 || inside.get() || !busy.tryLock();
        if (alone) {
            runAlone(count, operation);
            return;
        }
        try {
            runShared(count, operation);
        } finally {
            busy.unlock();
        }
    }

    /** When another generation has the workers, this one goes on by itself: no waiting, no deadlock, the same bits. */
    private void runAlone(int count, Operation operation) {
        Scratch own = scratch.get();
        Pieces pieces = operation.begin(own);
        for (int i = 0; i < count; i++) {
            Gate.of(own).run(pieces, i, own);
        }
    }

    private void runShared(int count, Operation operation) {
        int helpers = Math.min(workers.length, count - 1);
        Job job = new Job(count, operation, helpers + 1);
        job.running.set(helpers);
        for (int i = 0; i < helpers; i++) {
            workers[i].offer(job);
        }
        inside.set(true);
        job.drain(0, scratch.get());
        inside.set(false);
        job.awaitHelpers();
        job.rethrow();
    }

    private static int threadCount() {
        Integer wanted = Integer.getInteger(PROPERTY);
        if (wanted == null) {
            return PhysicalCores.count();
        }
        if (wanted < 1 || wanted > 1024) {
            throw new IllegalArgumentException("-D%s=%d: 1 to 1024 are possible".formatted(PROPERTY, wanted));
        }
        return wanted;
    }

    /**
     * Each thread has a run of pieces of its own, the same for every operation on maps of the same size, so that it mostly
     * reads what it wrote before, from its own caches; then it helps with the others' runs.
     */
    private static final class Job {
        final int count;
        final Operation operation;
        final int threads;
        /** The next piece of each thread's run. */
        final AtomicIntegerArray next;

        final AtomicInteger running = new AtomicInteger();
        final Thread caller = Thread.currentThread();
        volatile @Nullable Throwable failure;

        Job(int count, Operation operation, int threads) {
            this.count = count;
            this.operation = operation;
            this.threads = threads;
            next = new AtomicIntegerArray(threads);
            for (int thread = 0; thread < threads; thread++) {
                next.set(thread, begin(thread));
            }
        }

        private int begin(int thread) {
            return (int) ((long) count * thread / threads);
        }

        /** @param thread from 0, the caller */
        void drain(int thread, Scratch scratch) {
            try {
                Pieces pieces = operation.begin(scratch);
                for (int i = 0; i < threads; i++) {
                    finish((thread + i) % threads, pieces, scratch);
                }
            } catch (Throwable t) { // handed to the caller by rethrow
                failure = t;
                for (int i = 0; i < threads; i++) {
                    next.set(i, count);
                }
            }
        }

        private void finish(int run, Pieces pieces, Scratch scratch) {
            int end = begin(run + 1);
            for (int i = next.getAndIncrement(run); i < end; i = next.getAndIncrement(run)) {
                Gate.of(scratch).run(pieces, i, scratch);
            }
        }

        void helperDone() {
            if (running.decrementAndGet() == 0) {
                LockSupport.unpark(caller);
            }
        }

        void awaitHelpers() {
            for (int spin = 0; running.get() > 0; spin++) {
                if (spin < SPINS) {
                    Thread.onSpinWait();
                } else {
                    LockSupport.parkNanos(1_000_000); // returns at once in an interrupted thread, which then spins
                }
            }
        }

        void rethrow() {
            Throwable t = failure;
            if (t instanceof RuntimeException e) {
                throw e;
            }
            if (t instanceof Error e) {
                throw e;
            }
        }
    }

    private final class Worker extends Thread {
        private final int index;
        private volatile @Nullable Job job;

        Worker(int index) {
            super("reverie-" + index);
            this.index = index;
            setDaemon(true);
        }

        void offer(Job next) {
            job = next;
            LockSupport.unpark(this);
        }

        @Override
        public void run() {
            inside.set(true);
            Scratch own = scratch.get();
            while (true) {
                Job next = take();
                next.drain(index, own);
                next.helperDone();
            }
        }

        private Job take() {
            for (int spin = 0; ; spin++) {
                Job next = job;
                if (next != null) {
                    job = null;
                    return next;
                }
                if (spin < SPINS) {
                    Thread.onSpinWait();
                } else {
                    LockSupport.park(this);
                }
            }
        }
    }
}
