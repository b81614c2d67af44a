package dev.reverie.tensor.kernel;

import dev.reverie.tensor.Norms.After;
import dev.reverie.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Norms over the places of channels, {@code x [N, places.., C]}, in two passes over blocks of rows whose size follows
 * from the shape alone.
 *
 * <p>The first pass takes each block's channel means and, while the block is in the cache, the sums of the distances
 * to them and of their squares. These are merged in double, block after block, into one map (x - centre) scale + shift
 * a channel, which the second pass applies together with the function that follows.
 */
public final class ChannelNorm {
    /** 64 KiB: a block stays in the L2 cache. */
    private static final int BLOCK = 16384;

    private final Tensor x;
    private final Tensor y;
    private final float[] work;
    private final int channels;
    private final int places;
    private final int rows;
    private final int blocks;
    private final int moments;
    private final int maps;

    /**
     * Prepares a norm of {@code x} into {@code y}, of the same shape.
     *
     * @param work {@link #workFloats} floats
     */
    public ChannelNorm(Tensor x, Tensor y, Tensor work) {
        this.x = x;
        this.y = y;
        this.work = work.data();
        channels = x.dim(-1);
        places = places(x);
        rows = rowsPerBlock(channels);
        blocks = (places + rows - 1) / rows;
        moments = work.offset();
        maps = moments + x.dim(0) * blocks * 3 * channels;
    }

    /** Working memory: three moments a block and channel, five numbers a map. */
    public static int workFloats(Tensor x) {
        int rows = rowsPerBlock(x.dim(-1));
        int blocks = (places(x) + rows - 1) / rows;
        return x.dim(0) * x.dim(-1) * (3 * blocks + 5);
    }

    private static int places(Tensor x) {
        return x.shape().product(1, x.shape().rank() - 1);
    }

    private static int rowsPerBlock(int channels) {
        return Math.clamp(BLOCK / Math.max(1, channels), 16, 256);
    }

    /** Groups of neighbouring channels share mean and variance; weight and bias {@code [C]} or none. */
    public void group(int groups, @Nullable Tensor weight, @Nullable Tensor bias, float eps, After after) {
        measure();
        int width = channels / groups;
        for (int n = 0; n < x.dim(0); n++) {
            double[] mean = new double[channels];
            double[] square = new double[channels];
            merge(n, mean, square);
            for (int first = 0; first < channels; first += width) {
                pool(mean, square, first, width);
            }
            for (int c = 0; c < channels; c++) {
                float gain = weight == null ? 1f : weight.get(c);
                map(n, c, mean[c], square[c] / places, eps, gain, bias == null ? 0f : bias.get(c));
            }
        }
        apply(after);
    }

    /** Each channel for itself; style {@code [N, 2 C]} holds gamma and beta: gain 1 + gamma, offset beta. */
    public void adaptiveInstance(Tensor style, float eps, After after) {
        measure();
        for (int n = 0; n < x.dim(0); n++) {
            double[] mean = new double[channels];
            double[] square = new double[channels];
            merge(n, mean, square);
            for (int c = 0; c < channels; c++) {
                int at = n * 2 * channels + c;
                map(n, c, mean[c], square[c] / places, eps, 1f + style.get(at), style.get(at + channels));
            }
        }
        apply(after);
    }

    private int rowsOf(int block) {
        return Math.min(rows, places - block * rows);
    }

    private int elementOf(int n, int block) {
        return (n * places + block * rows) * channels;
    }

    private void measure() {
        Pool.run(x.dim(0) * blocks, (piece, scratch) -> {
            int block = piece % blocks;
            int count = rowsOf(block);
            float[] data = x.data();
            int from = x.offset() + elementOf(piece / blocks, block);
            int mean = moments + piece * 3 * channels;
            int done = Lanes.VECTOR ? VectorChannels.means(count, channels, data, from, work, mean) : 0;
            ScalarChannels.means(done, count, channels, data, from, work, mean);
            int sums = mean + channels;
            done = Lanes.VECTOR ? VectorChannels.centredSums(count, channels, data, from, work, mean, work, sums) : 0;
            ScalarChannels.centredSums(done, count, channels, data, from, work, mean, work, sums);
        });
    }

    /** Mean and sum of squared distances to it of each channel; distances are taken to the first block's mean. */
    private void merge(int n, double[] mean, double[] square) {
        int origin = moments + n * blocks * 3 * channels;
        for (int block = 0; block < blocks; block++) {
            int at = origin + block * 3 * channels;
            double count = rowsOf(block);
            double inverse = 1 / count;
            for (int c = 0; c < channels; c++) {
                double distance = ((double) work[at + c] - work[origin + c]) + work[at + channels + c] * inverse;
                mean[c] += count * distance;
            }
            for (int c = 0; c < channels; c++) { // apart from the loop above, so that both become vector code
                double sum = work[at + channels + c];
                double distance = ((double) work[at + c] - work[origin + c]) + sum * inverse;
                square[c] += work[at + 2 * channels + c] - sum * (sum * inverse) + count * (distance * distance);
            }
        }
        for (int c = 0; c < channels; c++) {
            double distance = mean[c] / places;
            square[c] = Math.max(0, square[c] - distance * mean[c]);
            mean[c] = work[origin + c] + distance;
        }
    }

    /** Gives all channels of a group its mean and its mean sum of squares. */
    private void pool(double[] mean, double[] square, int first, int width) {
        double all = 0;
        for (int c = first; c < first + width; c++) {
            all += mean[c];
        }
        all /= width;
        double squares = 0;
        for (int c = first; c < first + width; c++) {
            double distance = mean[c] - all;
            squares += square[c] + places * (distance * distance);
        }
        for (int c = first; c < first + width; c++) {
            mean[c] = all;
            square[c] = squares / width;
        }
    }

    private void map(int n, int c, double mean, double variance, float eps, float gain, float offset) {
        double scale = gain / Math.sqrt(variance + eps);
        float centre = (float) mean;
        int at = maps + n * 5 * channels + c;
        work[at] = centre;
        work[at + channels] = (float) scale;
        work[at + 2 * channels] = (float) (offset - (mean - centre) * scale);
    }

    private void apply(After after) {
        if (after instanceof After.Snake snake) {
            for (int n = 0; n < x.dim(0); n++) {
                int at = maps + (n * 5 + 3) * channels;
                for (int c = 0; c < channels; c++) {
                    work[at + c] = snake.alpha().get(c);
                    work[at + channels + c] = 1f / snake.alpha().get(c);
                }
            }
        }
        Pool.run(x.dim(0) * blocks, (piece, scratch) -> {
            int n = piece / blocks;
            int at = elementOf(n, piece % blocks);
            applyBlock(after, rowsOf(piece % blocks), x.offset() + at, maps + n * 5 * channels, y.offset() + at);
        });
    }

    private void applyBlock(After after, int count, int from, int map, int to) {
        float[] in = x.data();
        float[] out = y.data();
        switch (after) {
            case After.None none -> {
                int done = Lanes.VECTOR ? VectorChannels.affine(count, channels, in, from, work, map, out, to) : 0;
                ScalarChannels.affine(done, count, channels, in, from, work, map, out, to);
            }
            case After.LeakyRelu leaky -> {
                float slope = leaky.slope();
                int done = Lanes.VECTOR
                        ? VectorChannels.leakyRelu(count, channels, in, from, work, map, slope, out, to)
                        : 0;
                ScalarChannels.leakyRelu(done, count, channels, in, from, work, map, slope, out, to);
            }
            case After.Silu silu -> {
                int done = Lanes.VECTOR ? VectorChannels.silu(count, channels, in, from, work, map, out, to) : 0;
                ScalarChannels.silu(done, count, channels, in, from, work, map, out, to);
            }
            case After.Snake snake -> {
                int done = Lanes.VECTOR ? VectorChannels.snake(count, channels, in, from, work, map, out, to) : 0;
                ScalarChannels.snake(done, count, channels, in, from, work, map, out, to);
            }
        }
    }
}
