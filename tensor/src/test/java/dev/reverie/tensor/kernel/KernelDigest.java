package dev.reverie.tensor.kernel;

import dev.reverie.tensor.DType;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Ops;
import dev.reverie.tensor.Recurrent;
import dev.reverie.tensor.Recurrent.LstmWeights;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.StoredMatrix;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.Weight;
import dev.reverie.tensor.Workspace;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Prints a digest of each kind of product and convolution: run at every lane width and thread count by its test. */
final class KernelDigest {
    private static final Workspace WORKSPACE = Workspace.create();

    private KernelDigest() {}

    public static void main(String[] args) {
        for (int[] s : new int[][] {{1, 300, 700}, {3, 50, 22}, {100, 129, 50}, {130, 900, 200}, {64, 64, 600}}) {
            linear(s[0], s[1], s[2]);
        }
        for (DType type : List.of(DType.BF16, DType.F16, DType.F8_E4M3, DType.F8_E5M2, DType.I8)) {
            packed(type, 1, 300, 700);
            packed(type, 7, 400, 150);
        }
        lstm(2, 5, 10, 50);
        ConvolutionTest.direct().forEach(c -> convolution("direct", c, false));
        ConvolutionTest.lines().forEach(c -> convolution("lines", c, false));
        ConvolutionTest.rings().forEach(c -> convolution("rings", c, false));
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

    private static void packed(DType type, int m, int k, int n) {
        Random random = new Random(m + n);
        Tensor x = normal(random, m, k);
        Numbers numbers = Numbers.of(random, type, n, k);
        try (Frame frame = WORKSPACE.frame()) {
            print("packed " + type, Ops.linear(frame, x, Weight.packed(numbers), null));
            print("mapped " + type, Ops.linear(frame, x, Weight.mapped(numbers), null));
        }
    }

    /** A matrix in memory; every code is that of a finite number. */
    private record Numbers(DType dtype, Shape shape, short[] codes) implements StoredMatrix {
        static Numbers of(Random random, DType type, int n, int k) {
            short[] codes = new short[n * k];
            for (int i = 0; i < codes.length; i++) {
                codes[i] = (short) (random.nextInt() & (type.bits() == 16 ? 0xbfff : 0xbf));
            }
            return new Numbers(type, Shape.of(n, k), codes);
        }

        @Override
        public float[] scales() {
            return dtype.bits() == 16 ? new float[0] : new float[] {0.1f};
        }

        @Override
        public void copy(long from, short[] target, int count) {
            System.arraycopy(codes, (int) from, target, 0, count);
        }

        @Override
        public void copy(long from, byte[] target, int count) {
            for (int i = 0; i < count; i++) {
                target[i] = (byte) codes[(int) from + i];
            }
        }

        @Override
        public void floats(long from, float[] target, int at, int count) {
            byte[] bytes = new byte[count];
            copy(from, bytes, count);
            switch (dtype) {
                case F16 -> Widening.f16(count, codes, (int) from, target, at);
                case BF16 -> Widening.bf16(count, codes, (int) from, target, at);
                case F8_E4M3 -> Widening.e4m3(count, bytes, 0, target, at);
                case F8_E5M2 -> Widening.e5m2(count, bytes, 0, target, at);
                default -> Widening.i8(count, bytes, 0, target, at);
            }
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
        try (Frame frame = WORKSPACE.frame(c.wrap())) {
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
