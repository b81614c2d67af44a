package dev.reverie.diffusion.schedule;

import dev.reverie.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What steps remember of the ones before: an immutable value that a run hands from step to step. Tensors in it belong
 * to the run and are not written again.
 *
 * @param calls steps taken so far in this run
 * @param outputs what the model said at earlier steps, converted as the method needs it, newest last
 * @param sample the sample that a step of several model calls set out from, or the one before it
 * @param slope the direction gathered so far in a step of several model calls
 */
public record History(
        int calls,
        List<Tensor> outputs,
        @Nullable Tensor sample,
        @Nullable Tensor slope) {
    private static final History NONE = new History(0, List.of(), null, null);

    public History {
        outputs = List.copyOf(outputs);
    }

    /** The history of a run's first step. */
    public static History none() {
        return NONE;
    }

    /** After a step that leaves nothing to remember. */
    History next() {
        return new History(calls + 1, List.of(), null, null);
    }

    /** After a step that leaves its output. */
    History next(List<Tensor> known, @Nullable Tensor start) {
        return new History(calls + 1, known, start, null);
    }

    /** After the first model call of a step of two. */
    History halfway(Tensor start, Tensor direction) {
        return new History(calls + 1, List.of(), start, direction);
    }

    /** Earlier outputs and {@code output}, the newest {@code most} of them. */
    List<Tensor> with(Tensor output, int most) {
        List<Tensor> all = new ArrayList<>(outputs);
        all.add(output);
        return all.subList(Math.max(0, all.size() - most), all.size());
    }

    /** The sample kept by the first model call of a step; a run may not begin between two calls. */
    Tensor start() {
        return required(sample);
    }

    /** The direction kept by the first model call of a step. */
    Tensor direction() {
        return required(slope);
    }

    private static Tensor required(@Nullable Tensor kept) {
        if (kept == null) {
            throw new IllegalArgumentException(
                    "this is the second model call of a step, and the history has no first one");
        }
        return kept;
    }
}
