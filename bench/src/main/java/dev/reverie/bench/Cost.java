package dev.reverie.bench;

import dev.reverie.tensor.Window;

/**
 * What a workload takes at least.
 *
 * @param flops floating-point operations, a multiply-add counting as two; of convolutions those of the direct
 *     algorithm, whatever algorithm runs; 0 where nobody has counted them
 * @param bytes compulsory traffic: inputs, weights and results, each moved once; 0 where nobody has counted it
 */
record Cost(double flops, double bytes) {
    /** Operations of {@code VectorMath.exp}: two comparisons, one of them the caller's, 8 fused multiply-adds, 5 others. */
    private static final int EXP = 23;

    static Cost of(Workload w, Call call) {
        return new Cost(2.0 * call.multiplyAdds() + elementFlops(w), bytes(w));
    }

    /** Operations a byte: where a workload lies on the horizontal axis of a roofline. */
    double intensity() {
        return flops / bytes;
    }

    /** Those of operations without products, counted in their vector twins. */
    private static double elementFlops(Workload w) {
        return switch (w.operation()) {
            case "add" -> w.size("n");
            case "silu" -> (double) w.size("n") * (EXP + 4); // negate, add one, divide, multiply
            case "softmax" -> (double) w.size("m") * w.size("n") * (EXP + 4); // maximum, difference, sum, scale
            case "layer_norm" -> (double) w.size("m") * w.size("n") * 10; // sum 1, squares 4, normalize 3, affine 2
            case "rms_norm" -> (double) w.size("m") * w.size("n") * 6; // squares 4, scale 1, weight 1
            default -> 0;
        };
    }

    private static double bytes(Workload w) {
        return switch (w.operation()) {
            case "linear" -> linear(w);
            case "matmul" -> floats(w, "m", "k") + floats(w, "k", "n") + floats(w, "m", "n");
            case "conv1d", "conv2d", "conv3d", "conv_transpose1d" -> convolution(w);
            case "attention" -> 2 * floats(w, "q", "heads", "d") + 2 * floats(w, "k", "heads", "d");
            case "group_norm_silu" -> 2 * floats(w, "h", "w", "c") + 2 * floats(w, "c");
            case "layer_norm" -> 2 * floats(w, "m", "n") + 2 * floats(w, "n");
            case "rms_norm" -> 2 * floats(w, "m", "n") + floats(w, "n");
            case "instance_norm1d" -> 2 * floats(w, "t", "c");
            case "softmax" -> 2 * floats(w, "m", "n");
            case "silu", "gelu", "gelu_tanh", "sin", "add" -> 2 * floats(w, "n"); // add adds one array to itself
            case "geglu" -> 3 * floats(w, "m", "n");
            case "rope" -> 2 * floats(w, "m", "heads", "d");
            case "upsample_nearest" -> (1 + (double) w.size("scale") * w.size("scale")) * floats(w, "h", "w", "c");
            case "lstm" -> lstm(w);
            case "convert" -> 1.5 * floats(w, "n");
            case "istft" -> floats(w, "t") * (2 * (w.size("fft") / 2 + 1) + w.size("hop"));
            default -> 0;
        };
    }

    private static double linear(Workload w) {
        double weight = w.sizes().getOrDefault("weights", "f32").equals("f32") ? 1 : 0.5;
        return floats(w, "m", "k") + weight * floats(w, "n", "k") + floats(w, "n") + floats(w, "m", "n");
    }

    private static double convolution(Workload w) {
        int k = w.size("k");
        double taps = k;
        double places = w.size("t", 1);
        double results = places * w.size("stride", 1); // of a transposed one
        if (w.operation().equals("conv2d")) {
            Window side = Window.of(k).withStride(w.size("stride", 1)).withPadding(w.size("pad", k / 2));
            taps = (double) k * k;
            places = (double) w.size("h") * w.size("w");
            results = (double) side.outputLength(w.size("h")) * side.outputLength(w.size("w"));
        } else if (w.operation().equals("conv3d")) {
            double plane = (double) w.size("h") * w.size("w");
            taps = (double) k * k * k;
            places = (w.size("f") + k - 1) * plane;
            results = w.size("f") * plane;
        }
        double in = (double) w.size("c") / w.size("groups", 1);
        return places * floats(w, "c") + (taps * in + 1 + results) * floats(w, "o");
    }

    private static double lstm(Workload w) {
        double perDirection = 4 * floats(w, "hidden") * (w.size("in") + w.size("hidden") + 1);
        return floats(w, "t", "in") + 2 * perDirection + 2 * floats(w, "t", "hidden");
    }

    /** Bytes of an array of floats with these axes. */
    private static double floats(Workload w, String... axes) {
        double bytes = Float.BYTES;
        for (String axis : axes) {
            bytes *= w.size(axis);
        }
        return bytes;
    }
}
