package dev.reverie.diffusion.schedule;

import dev.reverie.tensor.Tensor;
import java.util.Arrays;

/**
 * Keeps a predicted clean sample within the range of training data: not at all, to a fixed range, or by dynamic
 * thresholding (Saharia et al. 2022, Imagen), which lets each picture choose its range by a quantile.
 *
 * @param thresholding dynamic thresholding, which goes before a fixed range
 * @param ratio the quantile, 0 to 1
 * @param maxValue largest range of dynamic thresholding
 * @param range fixed range, infinite for none
 */
record Clipping(boolean thresholding, double ratio, double maxValue, double range) {
    static Clipping of(SchedulerConfig config) {
        return new Clipping(
                config.flag("thresholding"),
                config.number("dynamic_thresholding_ratio"),
                config.number("sample_max_value"),
                config.flag("clip_sample") ? config.number("clip_sample_range") : Double.POSITIVE_INFINITY);
    }

    /** Only dynamic thresholding: methods that know no fixed range. */
    Clipping withoutRange() {
        return new Clipping(thresholding, ratio, maxValue, Double.POSITIVE_INFINITY);
    }

    /** Only the fixed range: methods that know no dynamic thresholding. */
    Clipping withoutThresholding() {
        return new Clipping(false, ratio, maxValue, range);
    }

    /** {@code x0 [N, ..] -> [N, ..]}. */
    Tensor apply(Tensor x0) {
        if (thresholding) {
            return threshold(x0);
        }
        if (range == Double.POSITIVE_INFINITY) {
            return x0;
        }
        float[] y = x0.toArray();
        clamp(y, 0, y.length, (float) range, 1);
        return Tensor.of(x0.shape(), y);
    }

    private Tensor threshold(Tensor x0) {
        float[] y = x0.toArray();
        int batch = Math.max(1, x0.dim(0));
        int size = y.length / batch;
        for (int n = 0; n < batch && size > 0; n++) {
            double quantile = quantile(Arrays.copyOfRange(y, n * size, (n + 1) * size));
            float bound = (float) Math.min(Math.max(quantile, 1), maxValue);
            clamp(y, n * size, (n + 1) * size, bound, bound);
        }
        return Tensor.of(x0.shape(), y);
    }

    private double quantile(float[] values) {
        for (int i = 0; i < values.length; i++) {
            values[i] = Math.abs(values[i]);
        }
        Arrays.sort(values);
        double rank = ratio * (values.length - 1);
        int below = (int) rank;
        double low = values[below];
        double high = values[Math.min(below + 1, values.length - 1)];
        return low + (rank - below) * (high - low);
    }

    private static void clamp(float[] y, int from, int to, float bound, float divisor) {
        for (int i = from; i < to; i++) {
            y[i] = Math.min(Math.max(y[i], -bound), bound) / divisor;
        }
    }
}
