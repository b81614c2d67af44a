package dev.reverie.diffusion.unet;

import dev.reverie.nn.Linear;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Ops;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.io.WeightScope;
import java.util.Objects;

/**
 * An attention of a transformer block, residual included: of the places of a map to each other, or to a context.
 *
 * @param name its prefix in the checkpoint, without the dot: what a {@link CrossContext} knows it by
 */
record BlockAttention(String name, Linear query, Linear key, Linear value, Linear out, int heads) {

    /** Reads {@code to_q, to_k, to_v} without biases and {@code to_out.0}; {@code contextWidth} goes into key and value. */
    static BlockAttention load(WeightScope block, String name, int width, int contextWidth, int heads) {
        WeightScope scope = block.at(name);
        return new BlockAttention(
                block.nameOf(name),
                Linear.loadWithoutBias(scope.at("to_q"), width, width),
                Linear.loadWithoutBias(scope.at("to_k"), contextWidth, width),
                Linear.loadWithoutBias(scope.at("to_v"), contextWidth, width),
                Linear.load(scope.at("to_out.0"), width, width),
                heads);
    }

    /** {@code states [N, L, contextWidth]} as keys and values. */
    CrossContext.Source project(Frame frame, Tensor states) {
        return CrossContext.Source.of(key.apply(frame, states), value.apply(frame, states));
    }

    /** Each place of {@code x [N, places, C]} looks at all of them; plus {@code residual}. */
    Tensor toItself(Frame caller, Tensor x, Tensor residual) {
        try (Frame frame = caller.frame()) {
            Tensor seen = project(frame, x).attend(frame, query.apply(frame, x), heads);
            return frame.keep(out.apply(frame, seen, residual));
        }
    }

    /** Each place of {@code x [N, places, C]} looks at what the context has for this attention; plus {@code residual}. */
    Tensor toContext(Frame caller, Tensor x, CrossContext context, Tensor residual) {
        try (Frame frame = caller.frame()) {
            Tensor q = query.apply(frame, x);
            Tensor sum = null;
            for (CrossContext.Source source : context.of(name, x.dim(0))) {
                Tensor seen = source.attend(frame, q, heads);
                if (sum == null) {
                    sum = seen;
                } else {
                    Ops.addInto(sum, seen);
                }
            }
            return frame.keep(out.apply(frame, Objects.requireNonNull(sum), residual));
        }
    }
}
