package dev.reverie.diffusion.schedule;

import dev.reverie.tensor.Tensor;
import java.util.List;

/**
 * Weighted sums of tensors of one shape. Weights, products and sums are rounded to float32, in the order written, as
 * torch does: where a sample of deviation 4,096 loses its noise in one step, the picture is in the last bits.
 */
final class Blend {
    private Blend() {}

    /** a x + b y. */
    static Tensor of(double a, Tensor x, double b, Tensor y) {
        return of(new double[] {a, b}, List.of(x, y));
    }

    /** a x + b y + c z. */
    static Tensor of(double a, Tensor x, double b, Tensor y, double c, Tensor z) {
        return of(new double[] {a, b, c}, List.of(x, y, z));
    }

    /** The sum of {@code weights[j] tensors[j]}. */
    static Tensor of(double[] weights, List<Tensor> tensors) {
        float[] sum = new float[tensors.getFirst().elementCount()];
        for (int j = 0; j < weights.length; j++) {
            Tensor x = tensors.get(j);
            float weight = (float) weights[j];
            for (int i = 0; i < sum.length; i++) {
                sum[i] += weight * x.get(i);
            }
        }
        return Tensor.of(tensors.getFirst().shape(), sum);
    }

    static Tensor scaled(double a, Tensor x) {
        return of(new double[] {a}, List.of(x));
    }

    /** x / divisor, which is not x times its reciprocal in the last bit. */
    static Tensor divided(Tensor x, double divisor) {
        float[] y = x.toArray();
        for (int i = 0; i < y.length; i++) {
            y[i] /= (float) divisor;
        }
        return Tensor.of(x.shape(), y);
    }

    /** (x - y) / divisor. */
    static Tensor quotient(Tensor x, Tensor y, double divisor) {
        float[] z = new float[x.elementCount()];
        for (int i = 0; i < z.length; i++) {
            z[i] = (x.get(i) - y.get(i)) / (float) divisor;
        }
        return Tensor.of(x.shape(), z);
    }
}
