package dev.reverie.nn.encoder;

import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Tensor;
import java.util.List;

/** Layers one after the other. */
final class Layers {
    private Layers() {}

    /** One layer of a kind: {@code [N, L, C] -> [N, L, C]}. */
    @FunctionalInterface
    interface Step<T> {
        Tensor apply(T layer, Frame frame, Tensor x);
    }

    /** Runs the layers; no more than two states are held at a time. */
    static <T> Tensor run(Frame caller, List<T> layers, Tensor x, Step<T> step) {
        try (Frame frame = caller.frame()) {
            Tensor h = x;
            for (T layer : layers) {
                Tensor next = step.apply(layer, frame, h);
                if (h != x) {
                    frame.release(h);
                }
                h = next;
            }
            return frame.keep(h);
        }
    }

    /** All layers but the last {@code skip}. */
    static <T> List<T> first(List<T> layers, int skip) {
        return layers.subList(0, split(layers, skip));
    }

    /** The last {@code skip} layers. */
    static <T> List<T> last(List<T> layers, int skip) {
        return layers.subList(split(layers, skip), layers.size());
    }

    private static int split(List<?> layers, int skip) {
        if (skip < 0 || skip > layers.size()) {
            throw new IllegalArgumentException("%d of %d layers cannot be skipped".formatted(skip, layers.size()));
        }
        return layers.size() - skip;
    }
}
