package dev.reverie.diffusion.vae;

import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Tensor;

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
        onBlock.run();
    }

    /** The map as it is. */
    Tensor now() {
        return map;
    }

    /** Replaces the map by what a block made of it, a new tensor of the same frame. */
    void become(Tensor next) {
        frame.release(map);
        map = next;
        onBlock.run();
    }
}
