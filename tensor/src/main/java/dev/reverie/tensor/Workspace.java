package dev.reverie.tensor;

import dev.reverie.tensor.kernel.Panels;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The memory of one generation: owns the arrays that {@link Frame}s lend, and takes them back for the next layer.
 *
 * <p>A measuring workspace hands out tensors without data. Operations then check shapes and account for memory and
 * work, and compute nothing; since it lends by the same rules, its {@link #peakBytes()} is what the real run takes, to
 * the byte. One thread at a time may use a workspace.
 */
public final class Workspace implements AutoCloseable {
    /** An array that was lent or is free; without data when measuring. */
    static final class Block {
        final int capacity;
        final float @Nullable [] data;
        /** Number of the stage in which it was last given back. */
        int stage;

        Block(int capacity, boolean measuring) {
            this.capacity = capacity;
            this.data = measuring ? null : new float[capacity];
        }
    }

    /** What one stage of a model took: multiply-adds, and the most bytes that were lent during it. */
    public record StageCost(String name, long multiplyAdds, long peakBytes) {
        /** This stage's cost where it is run again at the cost of {@code other}. */
        public StageCost and(StageCost other) {
            return new StageCost(name, multiplyAdds + other.multiplyAdds, Math.max(peakBytes, other.peakBytes));
        }
    }

    private static final class Stage {
        final String name;
        final boolean ofManySizes;
        long multiplyAdds;
        long peakFloats;

        Stage(String name, boolean ofManySizes) {
            this.name = name;
            this.ofManySizes = ofManySizes;
        }
    }

    private final boolean measuring;
    private final Consumer<String> onStage;
    private final List<Block> free = new ArrayList<>();
    private final List<Stage> stages = new ArrayList<>();
    private long ownedFloats;
    private long peakFloats;
    private long lentFloats;

    private Workspace(boolean measuring, Consumer<String> onStage) {
        this.measuring = measuring;
        this.onStage = onStage;
        stages.add(new Stage("", false));
    }

    /** A workspace that computes. */
    public static Workspace create() {
        return create(stage -> {});
    }

    /** One that calls {@code onStage} before each stage, with its name; what that throws ends the generation. */
    public static Workspace create(Consumer<String> onStage) {
        return new Workspace(false, onStage);
    }

    /** A workspace that only counts. */
    public static Workspace measuring() {
        return new Workspace(true, stage -> {});
    }

    public boolean isMeasuring() {
        return measuring;
    }

    /** Opens the outermost frame. */
    public Frame frame() {
        return frame(Wrap.NONE);
    }

    /** The same, of a generation in which edges of maps meet, in all of its frames. */
    public Frame frame(Wrap wrap) {
        return new Frame(this, null, wrap);
    }

    /** The most bytes of arrays that this workspace held at a time: its share of the heap. */
    public long peakBytes() {
        return peakFloats * Float.BYTES;
    }

    /** Names what follows, for {@link #stageCosts()}. */
    public void stage(String name) {
        stage(name, false);
    }

    /**
     * The same for a stage in which hardly a size repeats: it holds no memory but what is lent, so new memory is taken
     * more often, and its peak is lower.
     */
    public void stageOfManySizes(String name) {
        stage(name, true);
    }

    private void stage(String name, boolean ofManySizes) {
        onStage.accept(name);
        Stage stage = new Stage(name, ofManySizes);
        stage.peakFloats = lentFloats;
        stages.add(stage);
    }

    /** Costs of the named stages, in the order in which they began. */
    public List<StageCost> stageCosts() {
        return stages.stream()
                .filter(s -> !s.name.isEmpty())
                .map(s -> new StageCost(s.name, s.multiplyAdds, s.peakFloats * Float.BYTES))
                .toList();
    }

    /** Counts work: called by operations. */
    void count(long multiplyAdds) {
        stages.getLast().multiplyAdds += multiplyAdds;
    }

    /**
     * A free block of just that size, the smallest that is a little bigger, or a new one; with much bigger ones allowed,
     * a step that repeats another would sometimes need new memory. Sizes are rounded up to 1,024 floats, so that near
     * sizes share blocks. A tensor begins with element {@link Panels#FIRST}, where a cache line does: vectors that
     * straddle two lines take a quarter longer to store.
     */
    Block take(int floats) {
        int needed = (int) Math.min(Integer.MAX_VALUE - 8, ((long) floats + Panels.FIRST + 1023) & ~1023L);
        int best = -1;
        for (int i = free.size() - 1; i >= 0; i--) { // of equal ones the last is the likeliest to be in a cache
            int capacity = free.get(i).capacity;
            boolean fits = capacity >= needed && capacity - (capacity >> 2) <= needed;
            if (fits && (best < 0 || capacity < free.get(best).capacity)) {
                best = i;
            }
        }
        Block block = best >= 0 ? free.remove(best) : create(needed);
        lentFloats += block.capacity;
        Stage stage = stages.getLast();
        stage.peakFloats = Math.max(stage.peakFloats, lentFloats);
        return block;
    }

    /** What only earlier stages used is let go first: a model's stages differ in their sizes, a stage's steps do not. */
    private Block create(int capacity) {
        boolean all = stages.getLast().ofManySizes;
        for (Block block : List.copyOf(free)) {
            if (all || block.stage < stages.size()) {
                free.remove(block);
                ownedFloats -= block.capacity;
            }
        }
        Block block = new Block(capacity, measuring);
        ownedFloats += capacity;
        peakFloats = Math.max(peakFloats, ownedFloats);
        return block;
    }

    void giveBack(Block block) {
        lentFloats -= block.capacity;
        block.stage = stages.size();
        free.add(block);
    }

    /** Lets go of all memory; tensors that were lent must not be used any more. */
    @Override
    public void close() {
        free.clear();
    }
}
