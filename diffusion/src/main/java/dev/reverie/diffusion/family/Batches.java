package dev.reverie.diffusion.family;

import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import java.util.Arrays;

/** Samples along the first axis. */
final class Batches {
    private Batches() {}

    /** Each sample {@code count} times in a row: {@code [N, ..] -> [count N, ..]}. */
    static Tensor repeated(Frame frame, Tensor x, int count) {
        Tensor y = frame.tensor(x.shape().with(0, count * x.dim(0)));
        int each = x.elementCount() / x.dim(0);
        for (int row = 0; row < y.dim(0) && !frame.isMeasuring(); row++) {
            System.arraycopy(x.data(), x.offset() + row / count * each, y.data(), y.offset() + row * each, each);
        }
        return y;
    }

    /** All samples {@code times} times, one batch after the other: {@code [N, ..] -> [times N, ..]}. */
    static Tensor stacked(Frame frame, Tensor x, int times) {
        Tensor y = frame.tensor(x.shape().with(0, times * x.dim(0)));
        for (int i = 0; i < times && !frame.isMeasuring(); i++) {
            System.arraycopy(x.data(), x.offset(), y.data(), y.offset() + i * x.elementCount(), x.elementCount());
        }
        return y;
    }

    static Tensor filled(Frame frame, Shape shape, float value) {
        Tensor y = frame.tensor(shape);
        if (!frame.isMeasuring()) {
            Arrays.fill(y.data(), y.offset(), y.offset() + y.elementCount(), value);
        }
        return y;
    }
}
