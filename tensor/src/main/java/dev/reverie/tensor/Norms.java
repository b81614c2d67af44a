package dev.reverie.tensor;

import static dev.reverie.tensor.ShapeException.require;

import dev.reverie.tensor.kernel.ChannelNorm;
import dev.reverie.tensor.kernel.Normalization;
import org.jspecify.annotations.Nullable;

/** Normalisations. Variances are biased (divided by the count), as in PyTorch's norms. */
public final class Norms {
    private Norms() {}

    /** Over the last axis: {@code x [.., D]}, weight and bias {@code [D]} or none. */
    public static Tensor layer(Frame frame, Tensor x, @Nullable Tensor weight, @Nullable Tensor bias, float eps) {
        checkAffine("layer norm", x, weight, bias);
        Tensor y = frame.tensor(x.shape());
        if (!frame.isMeasuring()) {
            Normalization.layer(x.shape().rows(), x.dim(-1), x, weight, bias, eps, y);
        }
        return y;
    }

    /** x / sqrt(mean of squares + eps), times weight; over the last axis. */
    public static Tensor rms(Frame frame, Tensor x, @Nullable Tensor weight, float eps) {
        checkAffine("rms norm", x, weight, null);
        Tensor y = frame.tensor(x.shape());
        if (!frame.isMeasuring()) {
            Normalization.rms(x.shape().rows(), x.dim(-1), x, weight, eps, y);
        }
        return y;
    }

    /** Over {@code groups} groups of neighbouring channels and all places: {@code x [N, .., C]}. */
    public static Tensor group(
            Frame frame, Tensor x, int groups, @Nullable Tensor weight, @Nullable Tensor bias, float eps) {
        return group(frame, x, groups, weight, bias, eps, new After.None());
    }

    /** The same, then {@code after}. */
    public static Tensor group(
            Frame caller,
            Tensor x,
            int groups,
            @Nullable Tensor weight,
            @Nullable Tensor bias,
            float eps,
            After after) {
        checkAffine("group norm", x, weight, bias);
        checkAfter("group norm", x, after);
        require(x.dim(-1) % groups == 0, "group norm", "channels divisible by %d groups".formatted(groups), x);
        Tensor y = caller.tensor(x.shape());
        try (Frame frame = caller.frame()) {
            Tensor work = frame.tensor(ChannelNorm.workFloats(x));
            if (!frame.isMeasuring()) {
                new ChannelNorm(x, y, work).group(groups, weight, bias, eps, after);
            }
        }
        return y;
    }

    /** Each channel over all its places: {@code x [N, .., C]}. */
    public static Tensor instance(Frame frame, Tensor x, @Nullable Tensor weight, @Nullable Tensor bias, float eps) {
        return group(frame, x, x.dim(-1), weight, bias, eps);
    }

    /** What follows the affine part of a norm over channels, in the same pass. */
    public sealed interface After {
        /** Nothing. */
        record None() implements After {}

        /** x where positive, slope x elsewhere. */
        record LeakyRelu(float slope) implements After {}

        /** x sigmoid(x). */
        record Silu() implements After {}

        /** x + sin²(alpha x) / alpha; alpha {@code [C]}. Ziyin, Hartwig and Ueda, arXiv 2006.08195. */
        record Snake(Tensor alpha) implements After {}
    }

    /**
     * Adaptive instance norm (Huang and Belongie, arXiv 1703.06868): {@code (1 + gamma) norm(x) + beta}, then
     * {@code after}. {@code x [N, T, C]}, style {@code [N, 2 C]} holds gamma, then beta.
     */
    public static Tensor adaptiveInstance(Frame caller, Tensor x, Tensor style, float eps, After after) {
        require(
                style.elementCount() == x.dim(0) * 2 * x.dim(-1),
                "adaptive instance norm",
                "x [N, T, C] and style [N, 2 C]",
                x,
                style);
        checkAfter("adaptive instance norm", x, after);
        Tensor y = caller.tensor(x.shape());
        try (Frame frame = caller.frame()) {
            Tensor work = frame.tensor(ChannelNorm.workFloats(x));
            if (!frame.isMeasuring()) {
                new ChannelNorm(x, y, work).adaptiveInstance(style, eps, after);
            }
        }
        return y;
    }

    private static void checkAfter(String operation, Tensor x, After after) {
        require(x.shape().rank() >= 2, operation, "x [N, .., C]", x);
        if (after instanceof After.Snake snake) {
            int channels = x.dim(-1);
            require(
                    snake.alpha().elementCount() == channels,
                    operation,
                    "alpha [%d]".formatted(channels),
                    snake.alpha());
        }
    }

    private static void checkAffine(String operation, Tensor x, @Nullable Tensor weight, @Nullable Tensor bias) {
        int channels = x.dim(-1);
        require(
                weight == null || weight.elementCount() == channels,
                operation,
                "weight [%d]".formatted(channels),
                x,
                weight == null ? "" : weight);
        require(
                bias == null || bias.elementCount() == channels,
                operation,
                "bias [%d]".formatted(channels),
                x,
                bias == null ? "" : bias);
    }
}
