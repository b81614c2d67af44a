package dev.reverie.bench;

import static dev.reverie.bench.Inputs.normal;

import dev.reverie.nn.Lstm;
import dev.reverie.nn.attention.Rope;
import dev.reverie.tensor.Activation;
import dev.reverie.tensor.ConvGeometry;
import dev.reverie.tensor.Convolutions;
import dev.reverie.tensor.Filter;
import dev.reverie.tensor.Heads;
import dev.reverie.tensor.Norms;
import dev.reverie.tensor.Ops;
import dev.reverie.tensor.Recurrent.LstmWeights;
import dev.reverie.tensor.Resampling;
import dev.reverie.tensor.Rotary;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Spectra;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.Weight;
import dev.reverie.tensor.Window;
import dev.reverie.tensor.io.Checkpoint;
import dev.reverie.tensor.io.Residency;
import dev.reverie.tensor.io.Safetensors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes calls of workloads, through the doors that models use. */
final class Operations {
    private static final float EPS = 1e-5f;

    private Operations() {}

    /** A call, or null for an operation, or a form of it, that the library does not have. */
    static @Nullable Call prepare(Workload w) throws IOException {
        return switch (w.operation()) {
            case "linear" -> linear(w);
            case "matmul" -> matmul(w);
            case "conv1d" -> conv1d(w);
            case "conv2d" -> conv2d(w);
            case "conv3d" -> conv3d(w);
            case "conv_transpose1d" -> convTranspose1d(w);
            case "attention" -> attention(w);
            case "group_norm_silu" -> groupNormSilu(w);
            case "layer_norm" -> layerNorm(w);
            case "rms_norm" -> rmsNorm(w);
            case "instance_norm1d" -> instanceNorm1d(w);
            case "softmax" -> softmax(w);
            case "silu" -> activation(w, Activation.SILU);
            case "gelu" -> activation(w, Activation.GELU);
            case "gelu_tanh" -> activation(w, Activation.GELU_TANH);
            case "sin" -> activation(w, Activation.SIN);
            case "geglu" -> geglu(w);
            case "add" -> add(w);
            case "mul" -> multiply(w);
            case "add_rows" -> addRows(w);
            case "upsample_nearest" -> upsampleNearest(w);
            case "lstm" -> lstm(w);
            case "convert" -> convert(w);
            case "rope" -> rope(w);
            case "istft" -> istft(w);
            default -> null;
        };
    }

    private static @Nullable Call linear(Workload w) throws IOException {
        Tensor x = normal(w.size("m"), w.size("k"));
        Weight weight = weight(w);
        if (weight == null) {
            return null;
        }
        Tensor bias = normal(w.size("n"));
        return frame -> Ops.linear(frame, x, weight, bias);
    }

    /** Of the type {@code weights}, in memory or, with {@code mapped=1}, where its numbers are stored. */
    private static @Nullable Weight weight(Workload w) throws IOException {
        String type = w.sizes().getOrDefault("weights", "f32");
        Shape shape = Shape.of(w.size("n"), w.size("k"));
        if (type.equals("f32")) {
            return Weight.of(normal(shape.dim(0), shape.dim(1)));
        }
        Safetensors file = Inputs.stored(type, shape.dim(0), shape.dim(1));
        if (file == null) {
            return null;
        }
        try (Checkpoint checkpoint = Checkpoint.of(file)) {
            Residency residency = w.size("mapped", 0) == 1 ? Residency.MAPPED : Residency.AS_STORED;
            return checkpoint.root(residency).weight("x", shape);
        }
    }

    private static Call matmul(Workload w) {
        Tensor a = normal(w.size("m"), w.size("k"));
        Tensor b = normal(w.size("k"), w.size("n"));
        return frame -> Ops.matmul(frame, a, b);
    }

    private static Call conv1d(Workload w) {
        Window time = Window.same(w.size("k"), w.size("dilation", 1));
        return convolution(w, normal(1, w.size("t"), w.size("c")), ConvGeometry.of(time));
    }

    private static Call conv2d(Workload w) {
        int k = w.size("k");
        Window side = Window.of(k).withStride(w.size("stride", 1)).withPadding(w.size("pad", k / 2));
        return convolution(w, normal(1, w.size("h"), w.size("w"), w.size("c")), ConvGeometry.of(side, side));
    }

    /** The frames before the first are there already, as in a causal decoder that goes on from the last chunk. */
    private static Call conv3d(Workload w) {
        int k = w.size("k");
        return convolution(
                w,
                normal(1, w.size("f") + k - 1, w.size("h"), w.size("w"), w.size("c")),
                ConvGeometry.of(Window.of(k), Window.same(k, 1), Window.same(k, 1)));
    }

    private static Call convolution(Workload w, Tensor x, ConvGeometry plain) {
        int out = w.size("o");
        ConvGeometry geometry = plain.withGroups(w.size("groups", 1));
        int[] shape = new int[geometry.axes().size() + 2];
        shape[0] = out;
        shape[1] = x.dim(-1) / geometry.groups();
        for (int axis = 0; axis < geometry.axes().size(); axis++) {
            shape[axis + 2] = geometry.axes().get(axis).kernel();
        }
        Filter filter = Filter.of(normal(shape), geometry);
        Tensor bias = normal(out);
        return frame -> Convolutions.conv(frame, x, filter, bias);
    }

    private static Call convTranspose1d(Workload w) {
        int k = w.size("k");
        Window time = Window.of(k).withStride(w.size("stride")).withPadding((k - w.size("stride")) / 2);
        Tensor x = normal(1, w.size("t"), w.size("c"));
        Filter filter = Filter.transposed(normal(w.size("c"), w.size("o"), k), ConvGeometry.of(time), 0);
        Tensor bias = normal(w.size("o"));
        return frame -> Convolutions.convTranspose(frame, x, filter, bias);
    }

    private static Call attention(Workload w) {
        int heads = w.size("heads");
        int d = w.size("d");
        Tensor q = normal(1, w.size("q"), heads * d);
        Tensor k = normal(1, w.size("k"), heads * d);
        Tensor v = normal(1, w.size("k"), heads * d);
        float scale = (float) (1 / Math.sqrt(d));
        boolean causal = w.size("causal", 0) == 1;
        return frame -> Heads.attention(frame, q, k, v, heads, scale, null, causal);
    }

    private static Call groupNormSilu(Workload w) {
        int groups = w.size("groups");
        Tensor x = normal(1, w.size("h"), w.size("w"), w.size("c"));
        Tensor weight = normal(w.size("c"));
        Tensor bias = normal(w.size("c"));
        return frame -> Norms.group(frame, x, groups, weight, bias, EPS, new Norms.After.Silu());
    }

    private static Call layerNorm(Workload w) {
        Tensor x = normal(w.size("m"), w.size("n"));
        Tensor weight = normal(w.size("n"));
        Tensor bias = normal(w.size("n"));
        return frame -> Norms.layer(frame, x, weight, bias, EPS);
    }

    private static Call rmsNorm(Workload w) {
        Tensor x = normal(w.size("m"), w.size("n"));
        Tensor weight = normal(w.size("n"));
        return frame -> Norms.rms(frame, x, weight, EPS);
    }

    private static Call instanceNorm1d(Workload w) {
        Tensor x = normal(1, w.size("t"), w.size("c"));
        return frame -> Norms.instance(frame, x, null, null, EPS);
    }

    private static Call softmax(Workload w) {
        Tensor x = normal(w.size("m"), w.size("n"));
        return frame -> Ops.softmax(frame, x);
    }

    private static Call activation(Workload w, Activation function) {
        Tensor x = normal(w.size("n"));
        return frame -> Ops.activate(frame, x, function);
    }

    private static Call geglu(Workload w) {
        Tensor x = normal(w.size("m"), 2 * w.size("n"));
        return frame -> Ops.geglu(frame, x);
    }

    private static Call add(Workload w) {
        Tensor x = normal(w.size("n"));
        return frame -> Ops.add(frame, x, x);
    }

    private static Call multiply(Workload w) {
        Tensor x = normal(w.size("n"));
        return frame -> Ops.multiply(frame, x, x);
    }

    /** In place, as models add what all places share; so the sums grow with each call. */
    private static Call addRows(Workload w) {
        Tensor x = normal(1, w.size("m"), w.size("n"));
        Tensor y = normal(1, w.size("n"));
        return frame -> Ops.addToPlaces(x, y);
    }

    private static Call rope(Workload w) {
        int heads = w.size("heads");
        int d = w.size("d");
        Tensor x = normal(1, w.size("m"), heads * d);
        Rotary rotary = Rope.sequence(Rotary.Pairing.NEIGHBOURS, 10_000, d, w.size("m"));
        return frame -> rotary.apply(frame, x, heads);
    }

    private static Call upsampleNearest(Workload w) {
        Tensor x = normal(1, w.size("h"), w.size("w"), w.size("c"));
        int scale = w.size("scale");
        return frame -> Resampling.nearest(frame, x, scale, scale);
    }

    private static Call lstm(Workload w) {
        int in = w.size("in");
        int hidden = w.size("hidden");
        Lstm lstm = new Lstm(List.of(new Lstm.Layer(direction(in, hidden), direction(in, hidden))));
        Tensor x = normal(1, w.size("t"), in);
        return frame -> lstm.apply(frame, x);
    }

    private static LstmWeights direction(int in, int hidden) {
        return new LstmWeights(
                Weight.of(normal(4 * hidden, in)), Weight.of(normal(4 * hidden, hidden)), normal(4 * hidden));
    }

    private static @Nullable Call convert(Workload w) throws IOException {
        int count = w.size("n");
        Safetensors file = Inputs.stored(w.text("from"), count);
        return file == null
                ? null
                : frame -> {
                    try {
                        Tensor y = frame.tensor(count);
                        file.floats("x", 0, count, y.data(), y.offset());
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                };
    }

    /** From magnitudes and phases, as the vocoders have them. */
    private static Call istft(Workload w) {
        int bins = w.size("fft") / 2 + 1;
        Spectra spectra = new Spectra(w.size("fft"), w.size("hop"));
        Tensor magnitude = normal(1, w.size("t"), bins);
        Tensor phase = normal(1, w.size("t"), bins);
        return frame -> spectra.inverse(frame, magnitude, phase);
    }
}
