package dev.reverie.diffusion.vae;

import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.Wrap;

/**
 * Tiles of a map whose edges meet: the map begins again behind its end, by as much as two tiles share, and what is drawn
 * there fades into the beginning, as each tile fades into the next. A tile by itself has edges like any other.
 */
record TileRing(Tiles tiles) {

    /** {@code x [N, H, W, C] -> result}, along the axes that are rings in the caller's frame. */
    Tensor apply(Frame caller, Tensor x, Shape result, Tiles.Network network) {
        Wrap wrap = caller.wrap();
        Tensor y = caller.tensor(result);
        try (Frame frame = caller.frame(Wrap.NONE)) {
            int shared = tiles.size() - tiles.stride();
            Tensor longer = beginningAgain(frame, x, wrap.y() ? shared : 0, wrap.x() ? shared : 0);
            Shape longerResult = result.with(1, result.dim(1) + (wrap.y() ? tiles.blended() : 0))
                    .with(2, result.dim(2) + (wrap.x() ? tiles.blended() : 0));
            Tensor drawn = tiles.apply(frame, longer, longerResult, network);
            fadeRows(drawn, result.dim(1));
            fadeColumns(drawn, result.dim(2));
            Tiles.copy(drawn, 0, 0, y, 0, 0, result.dim(1), result.dim(2));
        }
        return y;
    }

    private static Tensor beginningAgain(Frame frame, Tensor x, int rows, int columns) {
        int height = x.dim(1);
        int width = x.dim(2);
        Tensor longer = frame.tensor(x.shape().with(1, height + rows).with(2, width + columns));
        for (int top = 0; top < height + rows; top += height) {
            for (int left = 0; left < width + columns; left += width) {
                Tiles.copy(x, 0, 0, longer, top, left, height, width);
            }
        }
        return longer;
    }

    /** What follows on the last of {@code height} rows fades out over the first ones. */
    private static void fadeRows(Tensor drawn, int height) {
        int extent = Math.min(height, drawn.dim(1) - height);
        for (int y = 0; y < extent; y++) {
            for (int x = 0; x < drawn.dim(2); x++) {
                Tiles.blend(drawn, height + y, x, drawn, y, x, (double) y / extent);
            }
        }
    }

    private static void fadeColumns(Tensor drawn, int width) {
        int extent = Math.min(width, drawn.dim(2) - width);
        for (int x = 0; x < extent; x++) {
            for (int y = 0; y < drawn.dim(1); y++) {
                Tiles.blend(drawn, y, width + x, drawn, y, x, (double) x / extent);
            }
        }
    }
}
