package dev.reverie.testing;

import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;

/** Golden tensors are channels first, the project's are channels last. */
public final class Layout {
    private Layout() {}

    /** {@code [N, C, axes..] -> [N, axes.., C]}. */
    public static Tensor channelsLast(Tensor x) {
        int batch = x.dim(0);
        int channels = x.dim(1);
        int places = x.elementCount() / Math.max(1, batch * channels);
        int[] sizes = x.shape().toArray();
        System.arraycopy(sizes, 2, sizes, 1, sizes.length - 2);
        sizes[sizes.length - 1] = channels;
        return swapped(x, batch, channels, places, Shape.of(sizes));
    }

    /** {@code [N, axes.., C] -> [N, C, axes..]}. */
    public static Tensor channelsFirst(Tensor x) {
        int batch = x.dim(0);
        int channels = x.dim(-1);
        int places = x.elementCount() / Math.max(1, batch * channels);
        int[] sizes = x.shape().toArray();
        System.arraycopy(sizes, 1, sizes, 2, sizes.length - 2);
        sizes[1] = channels;
        return swapped(x, batch, places, channels, Shape.of(sizes));
    }

    private static Tensor swapped(Tensor x, int batch, int rows, int columns, Shape shape) {
        Tensor y = Tensor.zeros(shape);
        for (int n = 0; n < batch; n++) {
            int base = n * rows * columns;
            for (int r = 0; r < rows; r++) {
                for (int c = 0; c < columns; c++) {
                    y.data()[base + c * rows + r] = x.get(base + r * columns + c);
                }
            }
        }
        return y;
    }
}
