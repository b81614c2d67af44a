package dev.reverie.diffusion.vae;

import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Tensor;
import java.util.function.UnaryOperator;

/** The one map of a chain of blocks: each block's input goes back to the frame as soon as the block is done. */
final class MapInPlace {
    private final Frame frame;
    private final Runnable onBlock;
    private Tensor map;

    /** Starts with a tensor that {@code frame} lent; {@code onBlock} is called before each block. */
    MapInPlace(Frame frame, Tensor map, Runnable onBlock) {
        this.frame = frame;
        this.map = map;
        this.onBlock = onBlock;
    }

    /** Replaces the map by what {@code block} makes of it, a new tensor of the same frame, and returns that. */
    Tensor become(UnaryOperator<Tensor> block) {
        onBlock.run();
        Tensor before = map;
        map = block.apply(before);
        frame.release(before);
        return map;
    }
}
