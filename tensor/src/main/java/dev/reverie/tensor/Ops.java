package dev.reverie.tensor;

import static dev.reverie.tensor.ShapeException.require;

import dev.reverie.tensor.kernel.Elementwise;
import dev.reverie.tensor.kernel.Epilogue;
import dev.reverie.tensor.kernel.MatMul;
import dev.reverie.tensor.kernel.Panels;
import dev.reverie.tensor.kernel.Softmax;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The checked door to the kernels: every operation checks shapes, counts its work, takes its result from the frame
 * and, unless the workspace only measures, computes it.
 *
 * <p>Each method names its shapes; a mismatch is a {@link ShapeException}. Convolutions are in {@link Convolutions},
 * norms in {@link Norms}, attention in {@link Heads}, resampling in {@link Resampling}, short-time Fourier transforms
 * in {@link Spectra}.
 */
public final class Ops {
    private Ops() {}

    /** Affine map of the last axis: {@code x [.., in] -> [.., out]}, y = x Wᵀ + b. */
    public static Tensor linear(Frame frame, Tensor x, Weight weight, @Nullable Tensor bias) {
        return linear(frame, x, weight, bias, (Tensor) null);
    }

    /** The same and then a function, while the result is in the cache. */
    public static Tensor linear(Frame frame, Tensor x, Weight weight, @Nullable Tensor bias, Activation function) {
        Tensor y = result(frame, x, weight, bias);
        if (!frame.isMeasuring()) {
            multiply(x, weight, epilogue(bias, null, y).then(function), y);
        }
        return y;
    }

    /** The same plus {@code residual}, of the result's shape. */
    public static Tensor linear(
            Frame frame, Tensor x, Weight weight, @Nullable Tensor bias, @Nullable Tensor residual) {
        Tensor y = result(frame, x, weight, bias);
        require(
                residual == null || residual.shape().equals(y.shape()),
                "linear",
                "a residual of the result's shape",
                y,
                residual == null ? "" : residual);
        if (!frame.isMeasuring()) {
            multiply(x, weight, epilogue(bias, residual, y), y);
        }
        return y;
    }

    private static Tensor result(Frame frame, Tensor x, Weight weight, @Nullable Tensor bias) {
        int out = weight.shape().dim(0);
        int in = weight.shape().dim(1);
        require(x.dim(-1) == in, "linear", "x [.., in] and weight [out, in]", x, weight.shape());
        require(
                bias == null || bias.elementCount() == out,
                "linear",
                "bias [out]",
                weight.shape(),
                bias == null ? "" : bias);
        frame.count((long) x.shape().rows() * in * out);
        return frame.tensor(x.shape().with(-1, out));
    }

    private static void multiply(Tensor x, Weight weight, Epilogue epilogue, Tensor y) {
        MatMul.multiply(
                x.shape().rows(),
                x.data(),
                x.offset(),
                x.dim(-1),
                weight.panels(),
                epilogue,
                y.data(),
                y.offset(),
                y.dim(-1));
    }

    /** What is added to the product {@code y}. */
    static Epilogue epilogue(@Nullable Tensor bias, @Nullable Tensor residual, Tensor y) {
        return new Epilogue(
                bias == null ? null : bias.data(),
                bias == null ? 0 : bias.offset(),
                residual == null ? null : residual.data(),
                residual == null ? 0 : residual.offset() - y.offset());
    }

    /** Matrix products: {@code a [.., M, K], b [.., K, N] -> [.., M, N]}; leading axes are equal. */
    public static Tensor matmul(Frame frame, Tensor a, Tensor b) {
        int m = a.dim(-2);
        int k = a.dim(-1);
        int n = b.dim(-1);
        int rank = a.shape().rank();
        int batch = a.shape().product(0, rank - 2);
        require(
                b.shape().rank() == rank && b.dim(-2) == k && b.shape().product(0, rank - 2) == batch,
                "matmul",
                "a [.., M, K] and b [.., K, N]",
                a,
                b);
        Tensor c = frame.tensor(a.shape().with(-1, n));
        frame.count((long) batch * m * n * k);
        try (Frame inner = frame.frame()) {
            Tensor panels = inner.tensor(Panels.floats(k, n));
            for (int i = 0; i < batch && !frame.isMeasuring(); i++) {
                Panels packed =
                        Panels.ofColumns(k, n, b.data(), b.offset() + i * k * n, panels.data(), panels.offset());
                MatMul.multiply(
                        m,
                        a.data(),
                        a.offset() + i * m * k,
                        k,
                        packed,
                        Epilogue.NONE,
                        c.data(),
                        c.offset() + i * m * n,
                        n);
            }
        }
        return c;
    }

    /** Rows of a table: {@code ids.length x table [V, D] -> [ids.length, D]}; an id outside the table is refused. */
    public static Tensor embedding(Frame frame, int[] ids, Tensor table) {
        int width = table.dim(1);
        for (int id : ids) {
            if (id < 0 || id >= table.dim(0)) {
                throw new IllegalArgumentException(
                        "embedding: id %d is outside of the table's %d rows".formatted(id, table.dim(0)));
            }
        }
        Tensor y = frame.tensor(ids.length, width);
        if (!frame.isMeasuring()) {
            for (int i = 0; i < ids.length; i++) {
                System.arraycopy(
                        table.data(), table.offset() + ids[i] * width, y.data(), y.offset() + i * width, width);
            }
        }
        return y;
    }

    /** Repeats rows: {@code x [L, D], counts.length = L -> [sum of counts, D]}. */
    public static Tensor repeatRows(Frame frame, Tensor x, int[] counts) {
        require(
                x.shape().rank() == 2 && x.dim(0) == counts.length,
                "repeatRows",
                "x [L, D] and L counts",
                x,
                counts.length);
        int total = 0;
        for (int count : counts) {
            total = Math.addExact(total, count);
        }
        int width = x.dim(1);
        Tensor y = frame.tensor(total, width);
        if (!frame.isMeasuring()) {
            int to = y.offset();
            for (int row = 0; row < counts.length; row++) {
                for (int i = 0; i < counts[row]; i++, to += width) {
                    System.arraycopy(x.data(), x.offset() + row * width, y.data(), to, width);
                }
            }
        }
        return y;
    }

    /** Joins tensors along the last axis: {@code [.., A], [.., B] .. -> [.., A + B + ..]}. */
    public static Tensor concat(Frame frame, Tensor... parts) {
        int rows = parts[0].shape().rows();
        int width = 0;
        for (Tensor part : parts) {
            require(part.shape().rows() == rows, "concat", "equal axes before the last", parts[0], part);
            width += part.dim(-1);
        }
        Tensor y = frame.tensor(parts[0].shape().with(-1, width));
        if (!frame.isMeasuring()) {
            int column = 0;
            for (Tensor part : parts) {
                int own = part.dim(-1);
                for (int row = 0; row < rows; row++) {
                    System.arraycopy(
                            part.data(), part.offset() + row * own, y.data(), y.offset() + row * width + column, own);
                }
                column += own;
            }
        }
        return y;
    }

    /** Joins tensors along the first axis: {@code [A, ..], [B, ..] -> [A + B, ..]}. */
    public static Tensor rowsJoined(Frame frame, Tensor first, Tensor second) {
        require(
                first.shape().with(0, 0).equals(second.shape().with(0, 0)),
                "rowsJoined",
                "equal axes after the first",
                first,
                second);
        Tensor y = frame.tensor(first.shape().with(0, first.dim(0) + second.dim(0)));
        if (!frame.isMeasuring()) {
            System.arraycopy(first.data(), first.offset(), y.data(), y.offset(), first.elementCount());
            System.arraycopy(
                    second.data(), second.offset(), y.data(), y.offset() + first.elementCount(), second.elementCount());
        }
        return y;
    }

    /** Columns {@code from} up to and without {@code to} of the last axis: {@code [.., D] -> [.., to - from]}. */
    public static Tensor columns(Frame frame, Tensor x, int from, int to) {
        int width = x.dim(-1);
        require(
                0 <= from && from <= to && to <= width,
                "columns",
                "from %d to %d within the last axis".formatted(from, to),
                x);
        Tensor y = frame.tensor(x.shape().with(-1, to - from));
        if (!frame.isMeasuring()) {
            for (int row = 0; row < x.shape().rows(); row++) {
                System.arraycopy(
                        x.data(), x.offset() + row * width + from, y.data(), y.offset() + row * (to - from), to - from);
            }
        }
        return y;
    }

    /** Swaps the last two axes: {@code [.., A, B] -> [.., B, A]}. */
    public static Tensor transpose(Frame frame, Tensor x) {
        int a = x.dim(-2);
        int b = x.dim(-1);
        Tensor y = frame.tensor(x.shape().with(-2, b).with(-1, a));
        if (!frame.isMeasuring()) {
            int batch = x.elementCount() / Math.max(1, a * b);
            for (int n = 0; n < batch; n++) {
                Elementwise.transpose(a, b, x.data(), x.offset() + n * a * b, y.data(), y.offset() + n * a * b);
            }
        }
        return y;
    }

    /** Element by element, x + y; equal shapes. */
    public static Tensor add(Frame frame, Tensor x, Tensor y) {
        require(x.elementCount() == y.elementCount(), "add", "equal shapes", x, y);
        Tensor sum = frame.tensor(x.shape());
        if (!frame.isMeasuring()) {
            Elementwise.add(x.elementCount(), x.data(), x.offset(), y.data(), y.offset(), sum.data(), sum.offset());
        }
        return sum;
    }

    /** Adds {@code y} to {@code sum} in place; equal shapes. */
    public static void addInto(Tensor sum, Tensor y) {
        require(sum.elementCount() == y.elementCount(), "addInto", "equal shapes", sum, y);
        if (!sum.isMeasured()) {
            Elementwise.add(
                    sum.elementCount(), sum.data(), sum.offset(), y.data(), y.offset(), sum.data(), sum.offset());
        }
    }

    /** Adds {@code y [N, C]} in place to every place of its sample in {@code x [N, places.., C]}. */
    public static void addToPlaces(Tensor x, Tensor y) {
        int places = placesOf("addToPlaces", x, y);
        for (int n = 0; n < y.dim(0) && !x.isMeasured(); n++) {
            int from = x.offset() + n * places * y.dim(1);
            Elementwise.addToRows(places, y.dim(1), x.data(), from, y.data(), y.offset() + n * y.dim(1));
        }
    }

    /** Multiplies in place by {@code y [N, C]} every place of its sample in {@code x [N, places.., C]}. */
    public static void multiplyPlaces(Tensor x, Tensor y) {
        int places = placesOf("multiplyPlaces", x, y);
        for (int n = 0; n < y.dim(0) && !x.isMeasured(); n++) {
            int from = x.offset() + n * places * y.dim(1);
            Elementwise.multiplyRows(places, y.dim(1), x.data(), from, y.data(), y.offset() + n * y.dim(1));
        }
    }

    private static int placesOf(String operation, Tensor x, Tensor y) {
        require(
                y.shape().rank() == 2 && y.dim(0) == x.dim(0) && y.dim(1) == x.dim(-1),
                operation,
                "x [N, places.., C] and y [N, C]",
                x,
                y);
        return x.shape().product(1, x.shape().rank() - 1);
    }

    /** Element by element, x y; equal shapes. */
    public static Tensor multiply(Frame frame, Tensor x, Tensor y) {
        require(x.elementCount() == y.elementCount(), "multiply", "equal shapes", x, y);
        Tensor product = frame.tensor(x.shape());
        if (!frame.isMeasuring()) {
            Elementwise.multiply(
                    x.elementCount(), x.data(), x.offset(), y.data(), y.offset(), product.data(), product.offset());
        }
        return product;
    }

    /** factor x. */
    public static Tensor scale(Frame frame, Tensor x, float factor) {
        Tensor y = frame.tensor(x.shape());
        if (!frame.isMeasuring()) {
            Elementwise.scale(x.elementCount(), factor, x.data(), x.offset(), y.data(), y.offset());
        }
        return y;
    }

    /** factor x + offset. */
    public static Tensor affine(Frame frame, Tensor x, float factor, float offset) {
        Tensor y = frame.tensor(x.shape());
        if (!frame.isMeasuring()) {
            Elementwise.affine(x.elementCount(), factor, offset, x.data(), x.offset(), y.data(), y.offset());
        }
        return y;
    }

    /** factor (p0 + p1 + ..), added from left to right; two or more parts of equal shapes. */
    public static Tensor scaledSum(Frame frame, float factor, Tensor... parts) {
        require(parts.length >= 2, "scaledSum", "two or more parts", parts.length);
        for (Tensor part : parts) {
            require(part.elementCount() == parts[0].elementCount(), "scaledSum", "equal shapes", parts[0], part);
        }
        Tensor y = frame.tensor(parts[0].shape());
        if (!frame.isMeasuring()) {
            float[][] data = Arrays.stream(parts).map(Tensor::data).toArray(float[][]::new);
            int[] offsets = Arrays.stream(parts).mapToInt(Tensor::offset).toArray();
            Elementwise.scaledSum(y.elementCount(), factor, data, offsets, y.data(), y.offset());
        }
        return y;
    }

    /** A function of each element. */
    public static Tensor activate(Frame frame, Tensor x, Activation function) {
        Tensor y = frame.tensor(x.shape());
        if (!frame.isMeasuring()) {
            Elementwise.activate(function, x.elementCount(), x.data(), x.offset(), y.data(), y.offset());
        }
        return y;
    }

    /** A function of each element, in place. */
    public static void activateInto(Tensor x, Activation function) {
        if (!x.isMeasured()) {
            Elementwise.activate(function, x.elementCount(), x.data(), x.offset(), x.data(), x.offset());
        }
    }

    /** x where positive, slope x elsewhere. */
    public static Tensor leakyRelu(Frame frame, Tensor x, float slope) {
        Tensor y = frame.tensor(x.shape());
        if (!frame.isMeasuring()) {
            Elementwise.leakyRelu(x.elementCount(), slope, x.data(), x.offset(), y.data(), y.offset());
        }
        return y;
    }

    /** Gated GELU: {@code x [.., 2 D] -> [.., D]}, the first half times GELU of the second. */
    public static Tensor geglu(Frame frame, Tensor x) {
        return gated(frame, x, Activation.GELU);
    }

    /** {@code x [.., 2 D] -> [.., D]}, the first half times the function of the second. */
    public static Tensor gated(Frame frame, Tensor x, Activation function) {
        require(x.dim(-1) % 2 == 0, "gated", "an even last axis", x);
        int half = x.dim(-1) / 2;
        Tensor y = frame.tensor(x.shape().with(-1, half));
        if (!frame.isMeasuring()) {
            Elementwise.gated(function, x.shape().rows(), half, x.data(), x.offset(), y.data(), y.offset());
        }
        return y;
    }

    /** Softmax over the last axis; -inf has weight 0. */
    public static Tensor softmax(Frame frame, Tensor x) {
        Tensor y = frame.tensor(x.shape());
        if (!frame.isMeasuring()) {
            Softmax.rows(x.shape().rows(), x.dim(-1), x.data(), x.offset(), y.data(), y.offset());
        }
        return y;
    }
}
