package dev.reverie.diffusion.schedule;

import dev.reverie.tensor.Tensor;
import java.util.List;

/** Weighted sums of tensors of one shape, in double, rounded once. */
final class Blend {
    private Blend() {}

    /** a x + b y. */
    static Tensor of(double a, Tensor x, double b, Tensor y) {
        float[] z = new float[x.elementCount()];
        for (int i = 0; i < z.length; i++) {
            z[i] = (float) (a * x.get(i) + b * y.get(i));
        }
        return Tensor.of(x.shape(), z);
    }

    /** a x + b y + c z. */
    static Tensor of(double a, Tensor x, double b, Tensor y, double c, Tensor z) {
        return of(new double[] {a, b, c}, List.of(x, y, z));
    }

    /** The sum of {@code weights[j] tensors[j]}. */
    static Tensor of(double[] weights, List<Tensor> tensors) {
        double[] sum = new double[tensors.getFirst().elementCount()];
        for (int j = 0; j < weights.length; j++) {
            Tensor x = tensors.get(j);
            for (int i = 0; i < sum.length; i++) {
                sum[i] += weights[j] * x.get(i);
            }
        }
        float[] z = new float[sum.length];
        for (int i = 0; i < z.length; i++) {
            z[i] = (float) sum[i];
        }
        return Tensor.of(tensors.getFirst().shape(), z);
    }

    static Tensor scaled(double a, Tensor x) {
        return of(new double[] {a}, List.of(x));
    }
}
