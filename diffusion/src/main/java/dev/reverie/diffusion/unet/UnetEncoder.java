package dev.reverie.diffusion.unet;

import dev.reverie.diffusion.block.Geometries;
import dev.reverie.nn.Conv;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Ops;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.ShapeException;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.io.WeightScope;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The way down and the middle: what a U-Net begins with, and what a ControlNet is a copy of.
 *
 * @param middle null in networks without one
 */
record UnetEncoder(
        Conv convIn,
        TimeConditioning time,
        List<DownBlock> downBlocks,
        @Nullable MidBlock middle,
        EncoderConfig config) {

    /**
     * What the encoder makes of a sample; all of it is lent by the frame that was given.
     *
     * @param skips maps for the way up, the largest first
     * @param middle the map at the smallest size
     * @param time {@code [N, E]}, activated
     */
    record Features(Deque<Tensor> skips, Tensor middle, Tensor time) {}

    UnetEncoder {
        downBlocks = List.copyOf(downBlocks);
    }

    /** Reads {@code conv_in}, the embeddings of time, {@code down_blocks, mid_block}. */
    static UnetEncoder load(WeightScope network, EncoderConfig config) {
        int in = config.stages().getFirst().channels();
        Conv convIn = Conv.load(network.at("conv_in"), config.inChannels(), in, Geometries.same(config.inKernel()));
        List<DownBlock> blocks = new ArrayList<>();
        for (int i = 0; i < config.stages().size(); i++) {
            Stage stage = config.stages().get(i);
            boolean last = i == config.stages().size() - 1;
            blocks.add(DownBlock.load(network.at("down_blocks").at(i), stage, in, config.blocks(), last));
            in = stage.channels();
        }
        Stage middle = config.middle();
        return new UnetEncoder(
                convIn,
                TimeConditioning.load(network, config.time()),
                blocks,
                middle == null ? null : MidBlock.load(network.at("mid_block"), middle, config.blocks()),
                config);
    }

    /** {@code hint} is added to the first map; null but in a ControlNet. */
    Features apply(Frame frame, Tensor sample, @Nullable Tensor hint, Tensor timesteps, Pass pass) {
        requireSample(sample, timesteps);
        Tensor embedded = time.apply(frame, timesteps, pass.conditions());
        Tensor x = hint == null ? convIn.apply(frame, sample) : convIn.apply(frame, sample, hint);
        Deque<Tensor> skips = new ArrayDeque<>(List.of(x));
        CrossContext context = pass.conditions().context();
        for (int i = 0; i < downBlocks.size(); i++) {
            pass.onBlock().run();
            x = downBlocks.get(i).apply(frame, x, embedded, context, skips, pass.added(i));
        }
        pass.onBlock().run();
        // without a middle a copy, for the last map is a skip that may be changed
        x = middle == null ? Ops.scale(frame, x, 1) : middle.apply(frame, x, embedded, context);
        addToMiddle(x, pass);
        return new Features(skips, x, embedded);
    }

    private void addToMiddle(Tensor x, Pass pass) {
        int maps = pass.stages().size();
        if (maps > downBlocks.size() + 1) {
            throw new IllegalArgumentException(
                    "a T2I-Adapter of %d maps does not fit a U-Net of %d stages".formatted(maps, downBlocks.size()));
        }
        Tensor added = pass.added(downBlocks.size());
        if (added != null) {
            Residuals.add("T2I-Adapter", x, added);
        }
    }

    /**
     * What a pass is given beside the sample.
     *
     * @param stages what T2I-Adapters add
     * @param onBlock called before each block
     */
    record Pass(Conditions conditions, List<Tensor> stages, Runnable onBlock) {
        /** Of a stage of the way down, or of the middle after them all. */
        @Nullable
        Tensor added(int stage) {
            return stage < stages.size() ? stages.get(stage) : null;
        }
    }

    private void requireSample(Tensor sample, Tensor timesteps) {
        Shape shape = sample.shape();
        if (shape.rank() != 4 || shape.dim(3) != config.inChannels() || shape.elementCount() == 0) {
            throw new ShapeException(
                    "unet: a sample [N, H, W, %d] is wanted; got %s".formatted(config.inChannels(), shape));
        }
        if (timesteps.elementCount() != shape.dim(0)) {
            throw new ShapeException("unet: %d samples need as many timesteps; got %d"
                    .formatted(shape.dim(0), timesteps.elementCount()));
        }
    }

    Stream<TransformerBlock> downTransformers() {
        return downBlocks.stream().flatMap(block -> transformers(block.layers()));
    }

    Stream<TransformerBlock> middleTransformers() {
        return middle == null
                ? Stream.of()
                : middle.attentions().stream().flatMap(attention -> attention.blocks().stream());
    }

    static Stream<TransformerBlock> transformers(List<Layer> layers) {
        return layers.stream().flatMap(layer -> layer.attention().blocks().stream());
    }
}
