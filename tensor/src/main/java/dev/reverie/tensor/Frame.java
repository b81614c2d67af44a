package dev.reverie.tensor;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lends tensors of a {@link Workspace} for the time of a block. Closing a frame gives everything back but what it
 * kept for its caller.
 *
 * <pre>{@code
 * try (Frame frame = caller.frame()) {
 *     Tensor h = norm.apply(frame, x);
 *     return frame.keep(Ops.add(frame, x, h));
 * }
 * }</pre>
 */
public final class Frame implements AutoCloseable {
    private final Workspace workspace;
    private final @Nullable Frame caller;
    private final Wrap wrap;
    private final List<Workspace.Block> loans = new ArrayList<>(8);
    private boolean closed;

    Frame(Workspace workspace, @Nullable Frame caller, Wrap wrap) {
        this.workspace = workspace;
        this.caller = caller;
        this.wrap = wrap;
    }

    /** A frame inside this one. */
    public Frame frame() {
        return frame(wrap);
    }

    /** A frame inside this one, and in which other edges of maps meet. */
    public Frame frame(Wrap other) {
        return new Frame(workspace, this, other);
    }

    /** Which edges of maps meet in convolutions here. */
    public Wrap wrap() {
        return wrap;
    }

    public Workspace workspace() {
        return workspace;
    }

    /** Whether operations compute nothing here and only count. */
    public boolean isMeasuring() {
        return workspace.isMeasuring();
    }

    /** Memory of the given shape, its content undefined. */
    public Tensor tensor(Shape shape) {
        if (closed) {
            throw new IllegalStateException("this frame is closed");
        }
        Workspace.Block block = workspace.take(shape.elementCount());
        loans.add(block);
        return Tensor.lent(shape, block);
    }

    public Tensor tensor(int... sizes) {
        return tensor(Shape.of(sizes));
    }

    /**
     * Makes the frame's caller the owner of a tensor that this frame lent, or of a view of it. A tensor that came
     * from elsewhere is left as it is.
     */
    public Tensor keep(Tensor tensor) {
        if (caller == null) {
            throw new IllegalStateException("the outermost frame has no caller to keep a tensor for; detach() it");
        }
        Workspace.Block block = tensor.block();
        if (block != null && loans.remove(block)) {
            caller.loans.add(block);
        }
        return tensor;
    }

    /** Gives one tensor back before the frame closes: for the few that are large and short-lived. */
    public void release(Tensor tensor) {
        Workspace.Block block = tensor.block();
        if (block != null && loans.remove(block)) {
            workspace.giveBack(block);
            return;
        }
        throw new IllegalStateException("this frame did not lend the tensor " + tensor);
    }

    /** Counts work of an operation, in multiply-adds. */
    void count(long multiplyAdds) {
        workspace.count(multiplyAdds);
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        for (int i = loans.size() - 1; i >= 0; i--) {
            workspace.giveBack(loans.get(i));
        }
        loans.clear();
    }
}
