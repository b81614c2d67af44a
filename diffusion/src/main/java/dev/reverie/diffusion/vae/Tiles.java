package dev.reverie.diffusion.vae;

import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.Wrap;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Applies a network to a map tile by tile and joins the results, row by row: a tile fades into the one above, then into
 * the one on its left, both as they are after their own blending (huggingface/diffusers,
 * models/autoencoders/autoencoder_kl.py, tiled_decode).
 *
 * @param size side of a tile in the input
 * @param stride distance of two tiles in the input
 * @param resultStride distance of two tiles in the result
 * @param blended places at which two neighbours overlap in the result
 */
record Tiles(int size, int stride, int resultStride, int blended) {

    /** What each tile is put through. */
    @FunctionalInterface
    interface Network {
        Tensor apply(Frame frame, Tensor tile);
    }

    static Tiles encoding(Tiling tiling, int factor) {
        return new Tiles(tiling.latentSize() * factor, tiling.stride() * factor, tiling.stride(), tiling.shared());
    }

    static Tiles decoding(Tiling tiling, int factor) {
        return new Tiles(tiling.latentSize(), tiling.stride(), tiling.stride() * factor, tiling.shared() * factor);
    }

    /**
     * {@code x [N, H, W, C] -> result}: tile by tile, or at once where one tile holds it.
     *
     * @param tiles null for at once
     * @param result shape that tiles are joined to
     */
    static Tensor run(Frame frame, @Nullable Tiles tiles, Tensor x, Shape result, Network network) {
        return tiles != null && tiles.areFewerThan(x)
                ? tiles.apply(frame, x, result, network)
                : network.apply(frame, x);
    }

    /** Whether a map is larger than one tile. */
    private boolean areFewerThan(Tensor x) {
        return x.dim(1) > size || x.dim(2) > size;
    }

    /** {@code x [N, H, W, C] -> result}, tile by tile. */
    Tensor apply(Frame caller, Tensor x, Shape result, Network network) {
        if (caller.wrap() != Wrap.NONE) {
            return new TileRing(this).apply(caller, x, result, network);
        }
        Tensor y = caller.tensor(result);
        try (Frame frame = caller.frame()) {
            List<Tensor> above = List.of();
            for (int top = 0; top < x.dim(1) && resultPlace(top) < y.dim(1); top += stride) {
                List<Tensor> row = row(frame, x, top, above, network, y);
                above.forEach(frame::release);
                above = row;
            }
        }
        return y;
    }

    private List<Tensor> row(Frame frame, Tensor x, int top, List<Tensor> above, Network network, Tensor y) {
        List<Tensor> row = new ArrayList<>();
        for (int left = 0; left < x.dim(2) && resultPlace(left) < y.dim(2); left += stride) {
            Tensor tile = tile(frame, x, top, left, network);
            if (!above.isEmpty()) {
                blendRows(above.get(row.size()), tile);
            }
            if (!row.isEmpty()) {
                blendColumns(row.getLast(), tile);
            }
            copy(tile, 0, 0, y, resultPlace(top), resultPlace(left), resultStride, resultStride);
            row.add(tile);
        }
        return row;
    }

    private int resultPlace(int place) {
        return place / stride * resultStride;
    }

    private Tensor tile(Frame caller, Tensor x, int top, int left, Network network) {
        int height = Math.min(size, x.dim(1) - top);
        int width = Math.min(size, x.dim(2) - left);
        try (Frame frame = caller.frame()) {
            Tensor part = frame.tensor(x.dim(0), height, width, x.dim(3));
            copy(x, top, left, part, 0, 0, height, width);
            return frame.keep(network.apply(frame, part));
        }
    }

    /** The last rows of {@code above} fade out over the first rows of {@code tile}. */
    private void blendRows(Tensor above, Tensor tile) {
        int extent = Math.min(blended, Math.min(above.dim(1), tile.dim(1)));
        for (int y = 0; y < extent; y++) {
            for (int x = 0; x < tile.dim(2); x++) {
                blend(above, above.dim(1) - extent + y, x, tile, y, x, (double) y / extent);
            }
        }
    }

    /** The last columns of {@code left} fade out over the first columns of {@code tile}. */
    private void blendColumns(Tensor left, Tensor tile) {
        int extent = Math.min(blended, Math.min(left.dim(2), tile.dim(2)));
        for (int x = 0; x < extent; x++) {
            for (int y = 0; y < tile.dim(1); y++) {
                blend(left, y, left.dim(2) - extent + x, tile, y, x, (double) x / extent);
            }
        }
    }

    static void blend(Tensor from, int fromRow, int fromColumn, Tensor tile, int row, int column, double share) {
        if (tile.isMeasured()) {
            return;
        }
        float old = (float) (1 - share);
        float own = (float) share;
        for (int n = 0; n < tile.dim(0); n++) {
            int a = place(from, n, fromRow, fromColumn);
            int b = place(tile, n, row, column);
            for (int c = 0; c < tile.dim(3); c++) {
                tile.data()[b + c] = from.data()[a + c] * old + tile.data()[b + c] * own;
            }
        }
    }

    /** Copies a part of a map, as much of it as both maps have. */
    static void copy(Tensor from, int top, int left, Tensor to, int toTop, int toLeft, int height, int width) {
        int rows = Math.min(height, Math.min(from.dim(1) - top, to.dim(1) - toTop));
        int columns = Math.min(width, Math.min(from.dim(2) - left, to.dim(2) - toLeft));
        for (int n = 0; n < from.dim(0) && !to.isMeasured() && columns > 0; n++) {
            for (int row = 0; row < rows; row++) {
                System.arraycopy(
                        from.data(),
                        place(from, n, top + row, left),
                        to.data(),
                        place(to, n, toTop + row, toLeft),
                        columns * from.dim(3));
            }
        }
    }

    private static int place(Tensor map, int n, int row, int column) {
        return map.offset() + ((n * map.dim(1) + row) * map.dim(2) + column) * map.dim(3);
    }
}
