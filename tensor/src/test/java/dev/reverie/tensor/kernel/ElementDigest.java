package dev.reverie.tensor.kernel;

import dev.reverie.tensor.Activation;

/** Prints a digest of the results of each kernel that works element by element, row by row or channel by channel. */
final class ElementDigest {
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
    }

    private static void print(String name, float[] y) {
        int digest = 1;
        for (float v : y) {
            digest = 31 * digest + Float.floatToIntBits(v); // one pattern for all NaN
        }
        System.out.println(name + " " + Integer.toHexString(digest));
    }
}
