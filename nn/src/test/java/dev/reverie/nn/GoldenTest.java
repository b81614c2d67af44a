package dev.reverie.nn;

import static dev.reverie.testing.Layout.channelsFirst;
import static dev.reverie.testing.Layout.channelsLast;

import dev.reverie.nn.encoder.Albert;
import dev.reverie.nn.encoder.AlbertConfig;
import dev.reverie.nn.tokenizer.TokenizerGoldens;
import dev.reverie.tensor.Activation;
import dev.reverie.tensor.ConvGeometry;
import dev.reverie.tensor.Convolutions;
import dev.reverie.tensor.Filter;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Heads;
import dev.reverie.tensor.Norms;
import dev.reverie.tensor.Ops;
import dev.reverie.tensor.Recurrent;
import dev.reverie.tensor.Resampling;
import dev.reverie.tensor.Resampling.Interpolation;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.Weight;
import dev.reverie.tensor.Window;
import dev.reverie.tensor.Workspace;
import dev.reverie.tensor.Wrap;
import dev.reverie.tensor.io.Checkpoint;
import dev.reverie.tensor.io.Json;
import dev.reverie.testing.GoldenCase;
import dev.reverie.testing.Goldens;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class GoldenTest {
    @FunctionalInterface
    private interface InFrame {
        void run(Frame frame, GoldenCase golden) throws IOException;
    }

    @TestFactory
    Stream<DynamicTest> goldens() {
        Map<String, Goldens.Runner> runners = new HashMap<>();
        for (int axes = 1; axes <= 3; axes++) {
            runners.put("conv" + axes + "d", inFrame(GoldenTest::conv));
            runners.put("conv-transpose" + axes + "d", inFrame(GoldenTest::convTranspose));
        }
        runners.put(
                "group-norm",
                inFrame((frame, c) -> normOverChannels(frame, c, c.json().getInt("groups"))));
        runners.put(
                "instance-norm",
                inFrame((frame, c) -> normOverChannels(frame, c, c.input("x").dim(1))));
        runners.put(
                "layer-norm",
                inFrame((frame, c) ->
                        c.compare("y", Norms.layer(frame, c.input("x"), c.input("weight"), c.input("bias"), eps(c)))));
        runners.put(
                "rms-norm",
                inFrame((frame, c) -> c.compare("y", Norms.rms(frame, c.input("x"), c.input("weight"), eps(c)))));
        runners.put("activations", inFrame(GoldenTest::activations));
        runners.put("softmax", inFrame((frame, c) -> c.compare("y", Ops.softmax(frame, c.input("x")))));
        runners.put("attention", inFrame(GoldenTest::attention));
        runners.put("interpolate", inFrame(GoldenTest::interpolate));
        runners.put(
                "linear",
                inFrame((frame, c) -> c.compare(
                        "y", Ops.linear(frame, c.input("x"), Weight.of(c.input("weight")), c.input("bias")))));
        runners.put("lstm", inFrame(GoldenTest::lstm));
        runners.put("albert", inFrame(GoldenTest::albert));
        runners.putAll(TokenizerGoldens.runners());
        runners.putAll(EncoderGoldens.runners());
        return Goldens.tests(List.of("layer", "tokenizer", "encoder"), runners);
    }

    private static Goldens.Runner inFrame(InFrame body) {
        return golden -> {
            try (Workspace workspace = Workspace.create();
                    Frame frame = workspace.frame()) {
                body.run(frame, golden);
            }
        };
    }

    private static float eps(GoldenCase golden) throws IOException {
        return (float) golden.json().getDouble("eps");
    }

    private static ConvGeometry geometry(GoldenCase golden) throws IOException {
        Json json = golden.json();
        int[] kernel = golden.input("weight").shape().toArray();
        Window[] axes =
                Arrays.stream(kernel, 2, kernel.length).mapToObj(Window::of).toArray(Window[]::new);
        for (int i = 0; i < axes.length; i++) {
            axes[i] = axes[i].withStride(json.getInt("stride"))
                    .withPadding(json.getInt("padding"))
                    .withDilation(json.getInt("dilation", 1));
        }
        return ConvGeometry.of(axes).withGroups(json.getInt("groups"));
    }

    private static void conv(Frame frame, GoldenCase golden) throws IOException {
        Filter filter = Filter.of(golden.input("weight"), geometry(golden));
        Wrap wrap = Wrap.valueOf(golden.json().getString("wrap", "none").toUpperCase(Locale.ROOT));
        try (Frame rings = frame.frame(wrap)) {
            Tensor x = channelsLast(golden.input("x"));
            golden.compare("y", channelsFirst(Convolutions.conv(rings, x, filter, golden.input("bias"))));
        }
    }

    private static void convTranspose(Frame frame, GoldenCase golden) throws IOException {
        Filter filter = Filter.transposed(
                golden.input("weight"), geometry(golden), golden.json().getInt("output_padding"));
        golden.compare(
                "y",
                channelsFirst(Convolutions.convTranspose(
                        frame, channelsLast(golden.input("x")), filter, golden.input("bias"))));
    }

    private static void normOverChannels(Frame frame, GoldenCase golden, int groups) throws IOException {
        Tensor y = Norms.group(
                frame,
                channelsLast(golden.input("x")),
                groups,
                golden.input("weight"),
                golden.input("bias"),
                eps(golden));
        golden.compare("y", channelsFirst(y));
    }

    private static void activations(Frame frame, GoldenCase golden) throws IOException {
        Tensor x = golden.input("x");
        for (Activation function : Activation.values()) {
            String name = function.name().toLowerCase(Locale.ROOT);
            if (golden.expects(name)) {
                golden.compare(name, Ops.activate(frame, function == Activation.EXP ? clampedAt80(x) : x, function));
            }
        }
        golden.compare("leaky_relu", Ops.leakyRelu(frame, x, 0.1f));
    }

    /** The reference takes the exponential of x.clamp(max=80). */
    private static Tensor clampedAt80(Tensor x) {
        float[] values = x.toArray();
        for (int i = 0; i < values.length; i++) {
            values[i] = Math.min(values[i], 80f);
        }
        return Tensor.of(x.shape(), values);
    }

    private static void attention(Frame frame, GoldenCase golden) throws IOException {
        Tensor q = golden.input("q");
        int heads = q.dim(1);
        float scale = (float) (1 / Math.sqrt(q.dim(3)));
        Tensor bias = golden.has("in.bias") ? golden.input("bias") : null;
        boolean causal = golden.json().getBoolean("causal", false);
        Tensor y = Heads.attention(
                frame,
                headsLast(q),
                headsLast(golden.input("k")),
                headsLast(golden.input("v")),
                heads,
                scale,
                bias,
                causal);
        golden.compare("y", headsFirst(y, heads));
    }

    /** {@code [N, H, L, d] -> [N, L, H d]}. */
    private static Tensor headsLast(Tensor x) {
        int heads = x.dim(1);
        int length = x.dim(2);
        int d = x.dim(3);
        Tensor y = Tensor.zeros(Shape.of(x.dim(0), length, heads * d));
        for (int i = 0; i < x.elementCount(); i++) {
            int n = i / (heads * length * d);
            int h = i / (length * d) % heads;
            int l = i / d % length;
            y.data()[((n * length + l) * heads + h) * d + i % d] = x.get(i);
        }
        return y;
    }

    /** {@code [N, L, H d] -> [N, H, L, d]}. */
    private static Tensor headsFirst(Tensor x, int heads) {
        int length = x.dim(1);
        int d = x.dim(2) / heads;
        Tensor y = Tensor.zeros(Shape.of(x.dim(0), heads, length, d));
        for (int i = 0; i < x.elementCount(); i++) {
            int n = i / (heads * length * d);
            int h = i / (length * d) % heads;
            int l = i / d % length;
            y.data()[i] = x.get(((n * length + l) * heads + h) * d + i % d);
        }
        return y;
    }

    private static void interpolate(Frame frame, GoldenCase golden) throws IOException {
        Map<String, Interpolation> kinds = Map.of(
                "nearest2", Interpolation.NEAREST,
                "bilinear", Interpolation.LINEAR,
                "bicubic", Interpolation.CUBIC,
                "bilinear_aa", Interpolation.LINEAR_ANTIALIASED);
        Tensor x = channelsLast(golden.input("x"));
        for (Map.Entry<String, Interpolation> kind : kinds.entrySet()) {
            Tensor want = golden.expected(kind.getKey());
            Tensor y = Resampling.resize(frame, x, kind.getValue(), want.dim(2), want.dim(3));
            golden.compare(kind.getKey(), channelsFirst(y));
        }
    }

    private static void lstm(Frame frame, GoldenCase golden) throws IOException {
        Json config = golden.config();
        int hidden = config.getInt("hidden_size");
        int layers = config.getInt("num_layers");
        Tensor x = golden.input("x");
        List<Recurrent.State> last = new ArrayList<>();
        for (int i = 0; i < 2 * layers; i++) {
            last.add(new Recurrent.State(frame.tensor(x.dim(0), hidden), frame.tensor(x.dim(0), hidden)));
        }
        try (Checkpoint weights = golden.weights()) {
            Lstm lstm = Lstm.load(weights.root(), config.getInt("input_size"), hidden, layers);
            weights.finish();
            golden.compare("y", lstm.apply(frame, x, last));
        }
        golden.compare("h", joined(last.stream().map(Recurrent.State::hidden).toList()));
        golden.compare("c", joined(last.stream().map(Recurrent.State::cell).toList()));
    }

    private static Tensor joined(List<Tensor> parts) {
        Tensor all = Tensor.zeros(Shape.of(parts.size(), parts.getFirst().elementCount()));
        for (int i = 0; i < parts.size(); i++) {
            System.arraycopy(parts.get(i).toArray(), 0, all.data(), i * all.dim(1), all.dim(1));
        }
        return all;
    }

    private static void albert(Frame frame, GoldenCase golden) throws IOException {
        Json config = golden.config();
        AlbertConfig sizes = new AlbertConfig(
                config.getInt("vocab_size"),
                config.getInt("embedding_size"),
                config.getInt("hidden_size"),
                config.getInt("num_hidden_layers"),
                config.getInt("num_attention_heads"),
                config.getInt("intermediate_size"),
                config.getInt("max_position_embeddings"),
                config.getInt("type_vocab_size"),
                config.getDouble("layer_norm_eps"));
        int batch = golden.input("input_ids").dim(0);
        int[] flat = golden.ints("input_ids");
        int length = flat.length / batch;
        int[][] ids = new int[batch][];
        for (int n = 0; n < batch; n++) {
            ids[n] = Arrays.copyOfRange(flat, n * length, (n + 1) * length);
        }
        try (Checkpoint weights = golden.weights()) {
            Albert albert = Albert.load(weights.root(), sizes);
            weights.finish("pooler");
            golden.compare("last_hidden_state", albert.apply(frame, ids, maskBias(golden, batch, length)));
        }
    }

    private static @Nullable Tensor maskBias(GoldenCase golden, int batch, int length) throws IOException {
        if (!golden.has("in.attention_mask")) {
            return null;
        }
        int[] mask = golden.ints("attention_mask");
        Tensor bias = Tensor.zeros(Shape.of(batch, 1, 1, length));
        for (int i = 0; i < mask.length; i++) {
            bias.data()[i] = mask[i] == 0 ? Float.NEGATIVE_INFINITY : 0f;
        }
        return bias;
    }
}
