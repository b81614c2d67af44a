package dev.reverie.diffusion.unet;

import dev.reverie.diffusion.block.Geometries;
import dev.reverie.nn.Conv;
import dev.reverie.tensor.Activation;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Ops;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.io.WeightScope;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes one of a T2I-Adapter's maps of the one before: {@code x [N, H, W, in] -> [N, h, w, out]}.
 *
 * @param halves whether the map is halved first, odd sides upwards
 * @param in to the block's width; null where that is the map's
 * @param out from the block's width; null where that is the result's
 */
record T2iAdapterBlock(
        boolean halves,
        @Nullable Conv in,
        List<Residual> residuals,
        @Nullable Conv out) {

    /** {@code x + second(relu(first(x)))}. */
    record Residual(Conv first, Conv second) {
        Tensor apply(Frame caller, Tensor x) {
            try (Frame frame = caller.frame()) {
                Tensor h = first.apply(frame, x);
                Ops.activateInto(h, Activation.RELU);
                return frame.keep(second.apply(frame, h, x));
            }
        }
    }

    T2iAdapterBlock {
        residuals = List.copyOf(residuals);
    }

    /** Reads {@code resnets}, and {@code in_conv} where the number of channels changes. */
    static T2iAdapterBlock load(WeightScope scope, int in, int out, int layers, boolean halves) {
        Conv conv = in == out ? null : Conv.load(scope.at("in_conv"), in, out, Geometries.POINT);
        return new T2iAdapterBlock(halves, conv, residuals(scope, out, layers, 1), null);
    }

    /** Reads {@code in_conv, resnets, out_conv}; within, a quarter of the channels. */
    static T2iAdapterBlock loadLight(WeightScope scope, int in, int out, int layers, boolean halves) {
        int width = out / 4;
        return new T2iAdapterBlock(
                halves,
                Conv.load(scope.at("in_conv"), in, width, Geometries.POINT),
                residuals(scope, width, layers, 3),
                Conv.load(scope.at("out_conv"), width, out, Geometries.POINT));
    }

    private static List<Residual> residuals(WeightScope block, int width, int count, int secondKernel) {
        List<Residual> residuals = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            WeightScope scope = block.at("resnets").at(i);
            residuals.add(new Residual(
                    Conv.load(scope.at("block1"), width, width, Geometries.THREE),
                    Conv.load(scope.at("block2"), width, width, Geometries.same(secondKernel))));
        }
        return residuals;
    }

    Tensor apply(Frame caller, Tensor x) {
        try (Frame frame = caller.frame()) {
            Tensor h = halves ? halved(frame, x) : x;
            h = in == null ? h : in.apply(frame, h);
            for (Residual residual : residuals) {
                h = residual.apply(frame, h);
            }
            h = out == null ? h : out.apply(frame, h);
            return frame.keep(h == x ? Ops.scale(frame, x, 1) : h);
        }
    }

    /** Means of 2 x 2 places; at an odd edge, of those that there are. */
    private static Tensor halved(Frame frame, Tensor x) {
        int height = x.dim(1);
        int width = x.dim(2);
        Tensor half = frame.tensor(x.dim(0), (height + 1) / 2, (width + 1) / 2, x.dim(3));
        if (frame.isMeasuring()) {
            return half;
        }
        int at = half.offset();
        for (int n = 0; n < x.dim(0); n++) {
            for (int row = 0; row < height; row += 2) {
                for (int column = 0; column < width; column += 2) {
                    Window window = new Window(n, row, Math.min(row + 2, height), column, Math.min(column + 2, width));
                    for (int c = 0; c < x.dim(3); c++) {
                        half.data()[at++] = window.mean(x, c);
                    }
                }
            }
        }
        return half;
    }

    /** Places of a map. */
    private record Window(int sample, int top, int bottom, int left, int right) {
        float mean(Tensor x, int channel) {
            float sum = 0;
            for (int row = top; row < bottom; row++) {
                for (int column = left; column < right; column++) {
                    int place = (sample * x.dim(1) + row) * x.dim(2) + column;
                    sum += x.get(place * x.dim(3) + channel);
                }
            }
            return sum / ((bottom - top) * (right - left));
        }
    }
}
