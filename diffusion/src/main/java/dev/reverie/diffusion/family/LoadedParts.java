package dev.reverie.diffusion.family;

import dev.reverie.tensor.io.Checkpoint;
import dev.reverie.tensor.io.Residency;
import dev.reverie.tensor.io.WeightScope;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ref.Cleaner;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Parts of a model by what they are made of. What was loaded before from the same is taken over and not loaded again.
 * For one thread at a time.
 */
final class LoadedParts {
    /**
     * What a part is made of.
     *
     * @param part {@code unet}, {@code controlnet} ..
     * @param files states of the files beside the model's own, with what they count; compared, never read
     */
    record Recipe(String part, List<?> files) {
        Recipe {
            files = List.copyOf(files);
        }
    }

    /**
     * A part.
     *
     * @param weightBytes of its weights as they are held in memory
     * @param files where other weights of it stay; or null
     */
    record Part<T>(T value, long weightBytes, @Nullable Checkpoint files) {
        Part(T value, long weightBytes) {
            this(value, weightBytes, null);
        }
    }

    /** Loads a part. */
    interface Loading<T> {
        Part<T> load() throws IOException;
    }

    /** Puts a part together from its tensors. */
    interface Assembly<T> {
        T load(WeightScope scope) throws IOException;
    }

    /** Half the memory where files hold float16, the bits of results are the same, and steps take no longer. */
    private static final Residency HELD = Residency.AS_STORED;

    private static final Cleaner CLEANER = Cleaner.create();

    private final Map<Recipe, Part<?>> before;
    private final Map<Recipe, Part<?>> parts = new HashMap<>();

    private LoadedParts(Map<Recipe, Part<?>> before) {
        this.before = before;
    }

    static LoadedParts none() {
        return new LoadedParts(new HashMap<>());
    }

    /** None yet, with all that is here to take over; that stays until {@link #letGo}. */
    LoadedParts successor() {
        Map<Recipe, Part<?>> all = new HashMap<>(before);
        all.putAll(parts);
        return new LoadedParts(all);
    }

    /** Taken over, or loaded. */
    <T> T get(Class<T> type, Recipe recipe, Loading<T> loading) throws IOException {
        Part<?> found = parts.containsKey(recipe) ? parts.get(recipe) : before.get(recipe);
        Part<?> part = found == null ? loading.load() : found;
        parts.put(recipe, part);
        return type.cast(part.value());
    }

    /** Whether there is nothing to take over. */
    boolean isEmpty() {
        return before.isEmpty() && parts.isEmpty();
    }

    /** Whether {@link #get} would not have to load it. */
    boolean has(Recipe recipe) {
        return parts.containsKey(recipe) || before.containsKey(recipe);
    }

    /** Lets go of what was there before and was not taken over, but what {@code wanted} will be. */
    void letGo(Set<Recipe> wanted) {
        before.keySet().retainAll(wanted);
    }

    /** Lets go of all. */
    void clear() {
        before.clear();
        parts.clear();
    }

    long weightBytes() {
        return parts.values().stream().mapToLong(Part::weightBytes).sum();
    }

    /** Refuses files that were written to while weights stay in them. */
    void requireUnchanged() throws IOException {
        for (Part<?> part : parts.values()) {
            if (part.files != null) {
                part.files.requireUnchanged();
            }
        }
    }

    /** Reads a whole checkpoint and closes it. */
    static <T> Part<T> read(Checkpoint checkpoint, Assembly<T> assembly, String... ignored) throws IOException {
        try (checkpoint) {
            T part = assembly.load(checkpoint.root(HELD));
            checkpoint.finish(ignored);
            return new Part<>(part, checkpoint.bytes(HELD));
        }
    }

    /** The same, but matrices of linear layers stay in the files, which close when no run has the part any more. */
    static <T> Part<T> map(Checkpoint checkpoint, Assembly<T> assembly) throws IOException {
        try {
            T part = assembly.load(checkpoint.root(Residency.MAPPED));
            checkpoint.finish();
            CLEANER.register(part, () -> close(checkpoint));
            return new Part<>(part, checkpoint.bytes(Residency.MAPPED), checkpoint);
        } catch (IOException | RuntimeException e) {
            try (checkpoint) {
                throw e;
            }
        }
    }

    private static void close(Checkpoint checkpoint) {
        try {
            checkpoint.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
