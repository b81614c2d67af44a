package dev.reverie.tensor.kernel;

import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Ops;
import dev.reverie.tensor.Recurrent;
import dev.reverie.tensor.Recurrent.LstmWeights;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.Weight;
import dev.reverie.tensor.Workspace;
import java.util.Arrays;
import java.util.Random;

/** Prints a digest of each kind of product and convolution: run at every lane width and thread count by its test. */
final class KernelDigest {
    private static final Workspace WORKSPACE = Workspace.create();

    private KernelDigest() {}

    public static void main(String[] args) {
        for (int[] s : new int[][] {{1, 300, 700}, {3, 50, 22}, {100, 129, 50}, {130, 900, 200}, {64, 64, 600}}) {
            linear(s[0], s[1], s[2]);
        }
        lstm(2, 5, 10, 50);
        ConvolutionTest.direct().forEach(c -> convolution("direct", c, false));
        ConvolutionTest.narrow().forEach(c -> convolution("narrow", c, false));
        MinimalFilteringTest.cases().forEach(c -> convolution("minimal", c, false));
        ConvolutionTest.transposed().forEach(c -> convolution("transposed", c, true));
    }

    private static void linear(int m, int k, int n) {
        Random random = new Random(m + n);
        Tensor x = normal(random, m, k);
        Tensor b = normal(random, k, n);
        Weight weight = Weight.of(normal(random, n, k));
        Tensor bias = normal(random, n);
        try (Frame frame = WORKSPACE.frame()) {
            print("linear", Ops.linear(frame, x, weight, bias));
            print("matmul", Ops.matmul(frame, x, b));
        }
    }

    private static void lstm(int n, int steps, int in, int size) {
        Random random = new Random(size);
        Tensor x = normal(random, n, steps, in);
        LstmWeights forward = lstmWeights(random, in, size);
        LstmWeights backward = lstmWeights(random, in, size);
        try (Frame frame = WORKSPACE.frame()) {
            print("lstm", Recurrent.bidirectionalLstm(frame, x, forward, backward, null, null));
        }
    }

    private static LstmWeights lstmWeights(Random random, int in, int size) {
        return new LstmWeights(
                Weight.of(normal(random, 4 * size, in)),
                Weight.of(normal(random, 4 * size, size)),
                normal(random, 4 * size));
    }

    private static void convolution(String name, ConvolutionTest.Case c, boolean transposed) {
        try (Frame frame = WORKSPACE.frame()) {
            print(name, ConvolutionTest.Inputs.of(c, transposed).result(frame, c, transposed));
        }
    }

    private static Tensor normal(Random random, int... sizes) {
        Shape shape = Shape.of(sizes);
        return Tensor.of(shape, MatMulTest.normal(random, shape.elementCount()));
    }

    private static void print(String name, Tensor y) {
        int[] bits = new int[y.elementCount()];
        for (int i = 0; i < bits.length; i++) {
            bits[i] = Float.floatToRawIntBits(y.get(i));
        }
        System.out.println(name + " " + y.shape() + " " + Integer.toHexString(Arrays.hashCode(bits)));
    }
}
