package dev.reverie.diffusion.family;

import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Ops;
import dev.reverie.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A prompt as the denoiser sees it.
 *
 * @param states {@code [N, L, D]}
 * @param pooled {@code [N, P]}; null for models that do not ask for it
 */
record TextStates(Tensor states, @Nullable Tensor pooled) {

    /** These and others, along the batch. */
    TextStates and(Frame frame, TextStates others) {
        Tensor together = Ops.rowsJoined(frame, states, others.states);
        Tensor more = others.pooled;
        return new TextStates(together, pooled == null || more == null ? null : Ops.rowsJoined(frame, pooled, more));
    }

    /** Copies that no workspace owns. */
    TextStates detached() {
        return new TextStates(states.detach(), pooled == null ? null : pooled.detach());
    }

    /** The same for {@code count} samples each. */
    TextStates repeated(Frame frame, int count) {
        return new TextStates(
                Batches.repeated(frame, states, count), pooled == null ? null : Batches.repeated(frame, pooled, count));
    }

    /** Only samples {@code from} up to {@code to}. */
    TextStates rows(int from, int to) {
        return new TextStates(states.rows(from, to), pooled == null ? null : pooled.rows(from, to));
    }
}
