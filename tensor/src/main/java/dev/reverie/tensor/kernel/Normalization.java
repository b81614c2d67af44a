package dev.reverie.tensor.kernel;

import dev.reverie.tensor.Norms.After;
import dev.reverie.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** Norms over rows and over channels. */
public final class Normalization {
    private Normalization() {}

    public static void layer(
            int rows, int n, Tensor x, @Nullable Tensor weight, @Nullable Tensor bias, float eps, Tensor y) {
        Pool.run(rows, (row, scratch) -> {
            int at = row * n;
            double mean = 0;
            for (int i = 0; i < n; i++) {
                mean += x.get(at + i);
            }
            mean /= n;
            double square = 0;
            for (int i = 0; i < n; i++) {
                square += (x.get(at + i) - mean) * (x.get(at + i) - mean);
            }
            float scale = (float) (1 / Math.sqrt(square / n + eps));
            for (int i = 0; i < n; i++) {
                float v = (x.get(at + i) - (float) mean) * scale;
                y.data()[y.offset() + at + i] = affine(v, i, weight, bias);
            }
        });
    }

    public static void rms(int rows, int n, Tensor x, @Nullable Tensor weight, float eps, Tensor y) {
        Pool.run(rows, (row, scratch) -> {
            int at = row * n;
            double square = 0;
            for (int i = 0; i < n; i++) {
                square += (double) x.get(at + i) * x.get(at + i);
            }
            float scale = (float) (1 / Math.sqrt(square / n + eps));
            for (int i = 0; i < n; i++) {
                y.data()[y.offset() + at + i] = affine(x.get(at + i) * scale, i, weight, null);
            }
        });
    }

    private static float affine(float v, int i, @Nullable Tensor weight, @Nullable Tensor bias) {
        float scaled = weight == null ? v : v * weight.get(i);
        return bias == null ? scaled : scaled + bias.get(i);
    }

    public static void group(
            Tensor x, int groups, @Nullable Tensor weight, @Nullable Tensor bias, float eps, Tensor y) {
        int channels = x.dim(-1);
        int places = x.shape().rows() / Math.max(1, x.dim(0));
        Pool.run(x.dim(0) * groups, (at, scratch) -> {
            int base = at / groups * places * channels;
            int width = channels / groups;
            int first = at % groups * width;
            double[] moments = moments(x, base, places, channels, first, width, eps);
            for (int p = 0; p < places; p++) {
                for (int c = first; c < first + width; c++) {
                    int i = base + p * channels + c;
                    float v = (x.get(i) - (float) moments[0]) * (float) moments[1];
                    y.data()[y.offset() + i] = affine(v, c, weight, bias);
                }
            }
        });
    }

    public static void adaptiveInstance(Tensor x, Tensor style, float eps, After after, Tensor y) {
        int channels = x.dim(-1);
        int places = x.shape().rows() / Math.max(1, x.dim(0));
        Pool.run(x.dim(0) * channels, (at, scratch) -> {
            int n = at / channels;
            int c = at % channels;
            int base = n * places * channels;
            double[] moments = moments(x, base, places, channels, c, 1, eps);
            float scale = (1 + style.get(n * 2 * channels + c)) * (float) moments[1];
            float shift = style.get(n * 2 * channels + channels + c);
            for (int p = 0; p < places; p++) {
                int i = base + p * channels + c;
                float v = Math.fma(x.get(i) - (float) moments[0], scale, shift);
                y.data()[y.offset() + i] = switch (after) {
                    case After.None none -> v;
                    case After.LeakyRelu leaky -> v > 0 ? v : leaky.slope() * v;
                    case After.Snake snake -> snake(v, snake.alpha().get(c));
                };
            }
        });
    }

    private static float snake(float v, float alpha) {
        float s = FloatMath.sin(alpha * v);
        return Math.fma(s * s, 1 / alpha, v);
    }

    private static double[] moments(Tensor x, int base, int places, int channels, int first, int width, float eps) {
        double mean = 0;
        for (int p = 0; p < places; p++) {
            for (int c = first; c < first + width; c++) {
                mean += x.get(base + p * channels + c);
            }
        }
        int count = places * width;
        mean /= count;
        double square = 0;
        for (int p = 0; p < places; p++) {
            for (int c = first; c < first + width; c++) {
                double d = x.get(base + p * channels + c) - mean;
                square += d * d;
            }
        }
        return new double[] {mean, 1 / Math.sqrt(square / count + eps)};
    }
}
