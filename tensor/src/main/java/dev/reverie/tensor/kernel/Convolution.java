package dev.reverie.tensor.kernel;

import dev.reverie.tensor.ConvGeometry;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.Window;
import org.jspecify.annotations.Nullable;

/** Convolutions. An output element is one chain of fused multiply-adds from zero over taps, then channels. */
public final class Convolution {
    private Convolution() {}

    private static Window axis(ConvGeometry g, int of3) {
        int index = of3 - (3 - g.axes().size());
        return index < 0 ? Window.of(1) : g.axes().get(index);
    }

    private static int size(Tensor x, ConvGeometry g, int of3) {
        int index = of3 - (3 - g.axes().size());
        return index < 0 ? 1 : x.dim(index + 1);
    }

    /** Filter values are {@code [out][taps][in / groups]}. */
    public static void forward(
            Tensor x,
            ConvGeometry g,
            int in,
            int out,
            float[] w,
            float @Nullable [] bias,
            @Nullable Tensor residual,
            Tensor y) {
        int[] s = {size(x, g, 0), size(x, g, 1), size(x, g, 2)};
        int[] t = {size(y, g, 0), size(y, g, 1), size(y, g, 2)};
        Window[] a = {axis(g, 0), axis(g, 1), axis(g, 2)};
        int perGroup = in / g.groups();
        int outPerGroup = out / g.groups();
        int taps = g.taps();
        int pixels = t[0] * t[1] * t[2];
        Pool.run(x.dim(0) * pixels, (at, scratch) -> {
            int n = at / pixels;
            int p = at % pixels;
            int[] o = {p / (t[1] * t[2]), p / t[2] % t[1], p % t[2]};
            for (int c = 0; c < out; c++) {
                float sum = 0f;
                for (int tap = 0; tap < taps; tap++) {
                    int[] k = {
                        tap / (a[1].kernel() * a[2].kernel()), tap / a[2].kernel() % a[1].kernel(), tap % a[2].kernel()
                    };
                    int row = n;
                    for (int d = 0; d < 3 && row >= 0; d++) {
                        int i = source(
                                o[d] * a[d].stride() + k[d] * a[d].dilation() - a[d].padBefore(), s[d], g.padMode());
                        row = i < 0 ? -1 : row * s[d] + i;
                    }
                    int from = x.offset() + row * in + c / outPerGroup * perGroup;
                    for (int i = 0; i < perGroup; i++) {
                        sum = Math.fma(row < 0 ? 0f : x.data()[from + i], w[(c * taps + tap) * perGroup + i], sum);
                    }
                }
                int to = at * out + c;
                float v = bias == null ? sum : sum + bias[c];
                y.data()[y.offset() + to] = residual == null ? v : v + residual.data()[residual.offset() + to];
            }
        });
    }

    /** Index that stands at {@code i} beyond the edges, or -1 for zero. */
    private static int source(int i, int size, ConvGeometry.PadMode mode) {
        if (i >= 0 && i < size) {
            return i;
        }
        return switch (mode) {
            case ZEROS -> -1;
            case REPLICATE -> Math.clamp(i, 0, size - 1);
            case REFLECT -> i < 0 ? -i : 2 * (size - 1) - i;
        };
    }

    /** Filter values are {@code [out][taps][in / groups]}; taps of one output in ascending order. */
    public static void transposed(
            Tensor x, ConvGeometry g, int in, int out, float[] w, float @Nullable [] bias, Tensor y) {
        int[] s = {size(x, g, 0), size(x, g, 1), size(x, g, 2)};
        int[] t = {size(y, g, 0), size(y, g, 1), size(y, g, 2)};
        Window[] a = {axis(g, 0), axis(g, 1), axis(g, 2)};
        int perGroup = in / g.groups();
        int outPerGroup = out / g.groups();
        int taps = g.taps();
        int pixels = t[0] * t[1] * t[2];
        Pool.run(x.dim(0) * pixels, (at, scratch) -> {
            int n = at / pixels;
            int p = at % pixels;
            int[] o = {p / (t[1] * t[2]), p / t[2] % t[1], p % t[2]};
            for (int c = 0; c < out; c++) {
                float sum = 0f;
                for (int tap = 0; tap < taps; tap++) {
                    int[] k = {
                        tap / (a[1].kernel() * a[2].kernel()), tap / a[2].kernel() % a[1].kernel(), tap % a[2].kernel()
                    };
                    int row = n;
                    for (int d = 0; d < 3 && row >= 0; d++) {
                        int up = o[d] + a[d].padBefore() - k[d] * a[d].dilation();
                        int i = up < 0 || up % a[d].stride() != 0 ? -1 : up / a[d].stride();
                        row = i < 0 || i >= s[d] ? -1 : row * s[d] + i;
                    }
                    if (row < 0) {
                        continue;
                    }
                    int from = x.offset() + row * in + c / outPerGroup * perGroup;
                    for (int i = 0; i < perGroup; i++) {
                        sum = Math.fma(x.data()[from + i], w[(c * taps + tap) * perGroup + i], sum);
                    }
                }
                y.data()[y.offset() + at * out + c] = bias == null ? sum : sum + bias[c];
            }
        });
    }
}
