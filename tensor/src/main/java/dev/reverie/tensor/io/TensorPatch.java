package dev.reverie.tensor.io;

import dev.reverie.tensor.Tensor;

/**
 * Changes some of a checkpoint's tensors while a model reads them: how a LoRA gets into the weights.
 *
 * <p>Safe for use by several threads, as {@link Checkpoint} is.
 */
public interface TensorPatch {
    /**
     * Whether the tensor of that name is changed. Whoever keeps weights in the type of their file must read such a one as
     * float32, for what is added to it has no place in fewer bits.
     */
    boolean changes(String name);

    /** Changes, in place, {@code values} in the file's layout; called for names that {@link #changes} says yes to. */
    void apply(String name, Tensor values);
}
