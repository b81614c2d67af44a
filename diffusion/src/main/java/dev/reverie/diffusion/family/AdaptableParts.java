package dev.reverie.diffusion.family;

import dev.reverie.diffusion.ImageModelOptions;
import dev.reverie.diffusion.unet.CrossContext;
import dev.reverie.nn.ClosedModelException;
import dev.reverie.nn.WarmUp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The parts of an open model; {@link #adapt} exchanges some of them while no run uses them. */
final class AdaptableParts {
    private final ModelFiles files;
    /** Runs read, {@link #adapt} writes; fair, so that runs without end do not keep it out. */
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock(true);

    private volatile boolean closed;
    private volatile ImageModelOptions options;
    /** For {@link #adapt}, as the rest of the state. */
    private volatile LoadedParts loaded;
    /** Null once closed, and while parts are exchanged. */
    private volatile @Nullable StableDiffusionParts parts;

    private AdaptableParts(
            ModelFiles files, ImageModelOptions options, LoadedParts loaded, StableDiffusionParts parts) {
        this.files = files;
        this.options = options;
        this.loaded = loaded;
        this.parts = parts;
    }

    static AdaptableParts load(ModelFiles files, ImageModelOptions options) throws IOException {
        LoadedParts loaded = LoadedParts.none();
        WarmUp warmUp = WarmUp.begin(SmallParts::of);
        try {
            StableDiffusionParts parts =
                    StableDiffusionLoader.prepare(files, options, loaded, null).load();
            return new AdaptableParts(files, options, loaded, parts);
        } finally {
            warmUp.end();
        }
    }

    ImageModelOptions options() {
        return options;
    }

    void requireOpen() {
        if (closed) {
            throw new ClosedModelException();
        }
    }

    /** Refuses what a run made of files that were written to meanwhile; for runs. */
    void requireUnchanged() {
        try {
            loaded.requireUnchanged();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What {@code run} makes of the parts, which stay as they are meanwhile. */
    <T> T use(Function<StableDiffusionParts, T> run) {
        acquire(lock.readLock());
        try {
            return run.apply(open());
        } finally {
            lock.readLock().unlock();
        }
    }

    /** Whether no other thread uses the parts; for runs. */
    boolean isUsedAlone() {
        return lock.getReadLockCount() == lock.getReadHoldCount();
    }

    /** Waits for the runs that go on; later ones wait for this. */
    void adapt(ImageModelOptions wanted) throws IOException {
        if (lock.getReadHoldCount() > 0) {
            throw new IllegalStateException("a run that goes on cannot adapt its own model: it would wait for itself");
        }
        acquire(lock.writeLock());
        try {
            List<CrossContext.Site> sites = open().denoiser().crossSites();
            LoadedParts next = loaded.successor();
            try {
                exchange(StableDiffusionLoader.prepare(files, wanted, next, sites), next, wanted);
            } catch (IOException | RuntimeException | Error e) {
                if (parts == null) { // else it was found before anything was let go of
                    LoadedParts left = next.successor();
                    next.clear();
                    restore(left, e);
                }
                throw e;
            }
        } finally {
            lock.writeLock().unlock();
        }
        requireOpen();
    }

    /** Whoever calls it holds no reference to {@code loader}: a restoration needs the memory of its adapters. */
    private void exchange(StableDiffusionLoader loader, LoadedParts next, ImageModelOptions wanted) throws IOException {
        parts = null; // or the old weights would stay beside the new
        loaded.clear(); // parts that are taken over may know it
        loaded = LoadedParts.none();
        parts = loader.load();
        loaded = next;
        options = wanted;
        if (closed) {
            close(); // once more, for it came in between
        }
    }

    /** As it was before; a model that cannot even be that is closed. */
    private void restore(LoadedParts left, Throwable fault) {
        boolean interrupted = Thread.interrupted(); // an interrupt may have been the fault, and would be again
        try {
            exchange(StableDiffusionLoader.prepare(files, options, left, null), left, options);
        } catch (IOException | RuntimeException | Error e) {
            fault.addSuppressed(e);
            close();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private StableDiffusionParts open() {
        StableDiffusionParts open = parts;
        if (open == null) {
            throw new ClosedModelException();
        }
        return open;
    }

    private static void acquire(Lock lock) {
        try {
            lock.lockInterruptibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted");
        }
    }

    void close() {
        closed = true;
        parts = null;
        loaded = LoadedParts.none();
    }
}
