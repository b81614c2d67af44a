package dev.reverie.tensor.kernel;

import dev.reverie.tensor.Activation;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Heads;
import dev.reverie.tensor.Norms;
import dev.reverie.tensor.Ops;
import dev.reverie.tensor.Rotary;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Spectra;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.Workspace;
import java.util.List;
import java.util.Random;

/** Prints a digest of the results of each kernel that works element by element, row by row or channel by channel. */
final class ElementDigest {
    private static final Workspace WORKSPACE = Workspace.create();

    private ElementDigest() {}

    public static void main(String[] args) {
        float[] x = ElementwiseTest.numbers(70_001);
        float[] y = new float[x.length];
        for (Activation function : Activation.values()) {
            Elementwise.activate(function, x.length, x, 0, y, 0);
            print(function.name(), y);
        }
        Elementwise.leakyRelu(x.length, 0.1f, x, 0, y, 0);
        print("leaky ReLU", y);
        Elementwise.gated(Activation.GELU, 1000, 35, x, 1, y, 0);
        print("gated", y);
        for (int n = 0; n < 40; n++) {
            rows(7, n);
        }
        rows(3, 4099);
        for (int channels : new int[] {1, 3, 12, 22, 37, 128, 161, 1090}) {
            channels(channels);
        }
        for (Rotary.Pairing pairing : Rotary.Pairing.values()) {
            rotary(pairing, 13, 31);
            rotary(pairing, 64, 128);
        }
        spectra(20, 5);
        spectra(60, 17);
        attention(101, 530, 4, 24, 24, false);
        attention(130, 130, 2, 17, 17, true);
        attention(1, 70, 1, 64, 64, false);
        for (int queries : new int[] {1, 2, 3, 4, 5, 6, 7, 12, 13, 33}) {
            for (int keys : new int[] {1, 2, 5, 77}) {
                attention(queries, keys, 2, 40, 17, false);
                attention(queries, keys, 2, 16, 65, true);
            }
            attention(queries, 530, 3, 100, 128, false);
        }
        attention(3, 600, 1, 512, 512, true);
    }

    private static void attention(int queries, int keys, int heads, int d, int dv, boolean causal) {
        Tensor q = normal(1, queries, heads * d);
        Tensor k = normal(1, keys, d); // one head of keys for all
        Tensor v = normal(1, keys, dv);
        Tensor bias = normal(1, 1, queries, keys);
        try (Frame frame = WORKSPACE.frame()) {
            print(
                    "attention",
                    Heads.attention(frame, q, k, v, heads, 0.02f, bias, causal).toArray());
            print(
                    "attention without bias",
                    Heads.attention(frame, q, k, v, heads, 0.02f, null, causal).toArray());
        }
    }

    private static void rotary(Rotary.Pairing pairing, int pairs, int d) {
        double[][] angles = new double[301][pairs];
        for (int i = 0; i < angles.length * pairs; i++) {
            angles[i / pairs][i % pairs] = 0.37 * i;
        }
        try (Frame frame = WORKSPACE.frame()) {
            Tensor x = normal(2, angles.length, 3 * d);
            print("rotary", Rotary.of(pairing, angles).apply(frame, x, 3).toArray());
        }
    }

    private static void spectra(int size, int hop) {
        Spectra spectra = new Spectra(size, hop);
        try (Frame frame = WORKSPACE.frame()) {
            Spectra.Polar polar = spectra.polar(frame, normal(2, 1003));
            print("magnitude", polar.magnitude().toArray());
            print("phase", polar.phase().toArray());
            print(
                    "inverse",
                    spectra.inverse(frame, polar.magnitude(), polar.phase()).toArray());
            print(
                    "power",
                    spectra.power(frame, normal(1, 99), Spectra.Padding.ZEROS).toArray());
        }
    }

    private static void rows(int rows, int n) {
        Tensor x = normal(rows, n);
        Tensor weight = normal(n);
        try (Frame frame = WORKSPACE.frame()) {
            print("softmax", Ops.softmax(frame, x).toArray());
            print("layer norm", Norms.layer(frame, x, weight, weight, 1e-5f).toArray());
            print("RMS norm", Norms.rms(frame, x, weight, 1e-5f).toArray());
        }
    }

    private static void channels(int channels) {
        Tensor x = normal(2, channels > 200 ? 40 : 530, channels);
        Tensor style = normal(2, 2 * channels);
        Tensor alpha = normal(channels);
        try (Frame frame = WORKSPACE.frame()) {
            for (Norms.After after : List.of(
                    new Norms.After.None(),
                    new Norms.After.LeakyRelu(0.2f),
                    new Norms.After.Silu(),
                    new Norms.After.Snake(alpha))) {
                print(
                        "channels",
                        Norms.adaptiveInstance(frame, x, style, 1e-5f, after).toArray());
            }
            print(
                    "groups",
                    Norms.group(frame, x, channels % 2 == 0 ? 2 : 1, alpha, null, 1e-5f)
                            .toArray());
        }
    }

    static Tensor normal(int... sizes) {
        Shape shape = Shape.of(sizes);
        Random random = new Random(shape.hashCode());
        float[] values = new float[shape.elementCount()];
        for (int i = 0; i < values.length; i++) {
            values[i] = 3 + (float) random.nextGaussian();
        }
        return Tensor.of(shape, values);
    }

    private static void print(String name, float[] y) {
        int digest = 1;
        for (float v : y) {
            digest = 31 * digest + Float.floatToIntBits(v); // one pattern for all NaN
        }
        System.out.println(name + " " + Integer.toHexString(digest));
    }
}
