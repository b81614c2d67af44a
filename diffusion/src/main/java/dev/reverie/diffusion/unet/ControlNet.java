package dev.reverie.diffusion.unet;

import dev.reverie.diffusion.block.Geometries;
import dev.reverie.diffusion.unet.UnetEncoder.Features;
import dev.reverie.nn.Conv;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Ops;
import dev.reverie.tensor.Resampling;
import dev.reverie.tensor.Resampling.Interpolation;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.io.WeightScope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * A copy of a U-Net's way down and middle that looks at a control image and tells the U-Net what to add (Zhang et al.,
 * arXiv 2302.05543; huggingface/diffusers, models/controlnets/controlnet.py).
 *
 * <p>Immutable; threads may share it.
 */
public final class ControlNet implements ControlModel {
    private final UnetEncoder encoder;
    private final ControlEmbedding embedding;
    private final List<Conv> skipOuts;
    private final Conv middleOut;
    private final CrossAttentions crossAttentions;
    private final ControlNetConfig config;

    /**
     * How strongly a control image counts.
     *
     * @param scale of all residuals
     * @param guessMode whether residuals of large maps count less, from a tenth on: for runs without a prompt
     */
    public record Strength(double scale, boolean guessMode) {
        public Strength {
            if (!Double.isFinite(scale)) {
                throw new IllegalArgumentException("the strength of a control image must be finite, not " + scale);
            }
        }

        public static Strength of(double scale) {
            return new Strength(scale, false);
        }

        /** Of residual {@code index} of {@code count}, the largest map's first, the middle's last. */
        float of(int index, int count, boolean graded) {
            return (float) (graded ? scale * StrictMath.pow(10, (double) index / (count - 1) - 1) : scale);
        }
    }

    private ControlNet(
            UnetEncoder encoder,
            ControlEmbedding embedding,
            List<Conv> skipOuts,
            Conv middleOut,
            ControlNetConfig config) {
        this.encoder = encoder;
        this.embedding = embedding;
        this.skipOuts = List.copyOf(skipOuts);
        this.middleOut = middleOut;
        this.config = config;
        this.crossAttentions =
                new CrossAttentions(Stream.concat(encoder.downTransformers(), encoder.middleTransformers())
                        .toList());
    }

    /** Reads the tensors of a {@code ControlNetModel}. */
    public static ControlNet load(WeightScope scope, ControlNetConfig config) {
        List<Stage> stages = config.encoder().stages();
        List<Conv> skipOuts = new ArrayList<>();
        skipOuts.add(skipOut(scope, 0, stages.getFirst().channels()));
        for (int i = 0; i < stages.size(); i++) {
            int maps = stages.get(i).layers() + (i == stages.size() - 1 ? 0 : 1);
            for (int map = 0; map < maps; map++) {
                skipOuts.add(skipOut(scope, skipOuts.size(), stages.get(i).channels()));
            }
        }
        int last = stages.getLast().channels();
        return new ControlNet(
                UnetEncoder.load(scope, config.encoder()),
                ControlEmbedding.load(scope.at("controlnet_cond_embedding"), config),
                skipOuts,
                Conv.load(scope.at("controlnet_mid_block"), last, last, Geometries.POINT),
                config);
    }

    private static Conv skipOut(WeightScope scope, int index, int channels) {
        return Conv.load(scope.at("controlnet_down_blocks").at(index), channels, channels, Geometries.POINT);
    }

    public ControlNetConfig config() {
        return config;
    }

    /**
     * What its own cross attentions see of {@code text [N, L, D]}; valid as long as {@code frame} is open.
     *
     * @throws IllegalArgumentException if the network was trained with text states of another width
     */
    public CrossContext context(Frame frame, Tensor text) {
        for (Stage stage : config.encoder().stages()) {
            if (stage.attention() == Stage.Attention.TRANSFORMER && stage.contextWidth() != text.dim(2)) {
                throw new IllegalArgumentException(
                        "the ControlNet was made for another model: its text states have %d numbers a token, this model's %d"
                                .formatted(stage.contextWidth(), text.dim(2)));
            }
        }
        return crossAttentions.context(frame, text);
    }

    /**
     * The control image as the network sees it, the same for all steps: {@code image [N, H, W, C]}, values 0 to 1, to
     * {@code [N, h, w, first channels]}, a sample's size.
     */
    public Tensor hint(Frame frame, Tensor image) {
        return embedding.apply(frame, image);
    }

    /**
     * What the U-Net is to add at this step; lent to the caller.
     *
     * @param sample {@code [N, h, w, in]}, as the U-Net gets it
     * @param hint of {@link #hint}
     * @param timesteps {@code [N]}
     * @param conditions with the context of {@link #context}
     * @param onBlock called before each block; what it throws ends the pass
     */
    public Residuals apply(
            Frame caller,
            Tensor sample,
            Tensor hint,
            Tensor timesteps,
            Conditions conditions,
            Strength strength,
            Runnable onBlock) {
        try (Frame frame = caller.frame()) {
            UnetEncoder.Pass pass = new UnetEncoder.Pass(conditions, List.of(), onBlock);
            Features features = encoder.apply(frame, sample, hint, timesteps, pass);
            int count = skipOuts.size() + 1;
            boolean graded = strength.guessMode() && !config.pooled();
            List<Tensor> residuals = new ArrayList<>();
            for (Conv out : skipOuts) {
                Tensor skip = features.skips().removeFirst();
                residuals.add(frame.keep(residual(frame, out, skip, strength.of(residuals.size(), count, graded))));
            }
            Tensor middle = residual(frame, middleOut, features.middle(), strength.of(count - 1, count, graded));
            return Residuals.ofSkips(residuals, frame.keep(middle));
        }
    }

    private Tensor residual(Frame caller, Conv out, Tensor map, float scale) {
        try (Frame frame = caller.frame()) {
            Tensor scaled = Ops.scale(frame, out.apply(frame, map), scale);
            return frame.keep(config.pooled() ? averaged(frame, scaled) : scaled);
        }
    }

    /** Each place gets the mean over all places. */
    private static Tensor averaged(Frame frame, Tensor map) {
        int places = map.dim(1) * map.dim(2);
        Tensor weights = frame.tensor(map.dim(0), 1, places);
        if (!frame.isMeasuring()) {
            Arrays.fill(weights.data(), weights.offset(), weights.offset() + weights.elementCount(), 1f / places);
        }
        Tensor means = Ops.matmul(frame, weights, map.reshape(map.dim(0), places, map.dim(3)));
        return Resampling.resize(
                frame, means.reshape(map.dim(0), 1, 1, map.dim(3)), Interpolation.NEAREST, map.dim(1), map.dim(2));
    }
}
