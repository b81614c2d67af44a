package dev.reverie.diffusion.unet;

import dev.reverie.diffusion.block.ResnetBlock;
import dev.reverie.diffusion.block.Upsample;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Ops;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.io.WeightScope;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A stage of the way up. Each layer takes the map and a skip side by side.
 *
 * @param upsample brings the map to the size of the next stage's skips; null in the last stage
 */
record UpBlock(List<Layer> layers, @Nullable Upsample upsample) {

    UpBlock {
        layers = List.copyOf(layers);
    }

    /**
     * Reads {@code resnets, attentions, upsamplers.0}.
     *
     * @param in channels that come from the stage before
     * @param lastSkip channels of this stage's last skip, which the stage above made on the way down
     */
    static UpBlock load(WeightScope scope, Stage stage, int in, int lastSkip, BlockConfig config, boolean last) {
        int channels = stage.channels();
        List<Layer> layers = new ArrayList<>();
        for (int i = 0; i < stage.layers(); i++) {
            int fromBelow = i == 0 ? in : channels;
            int skip = i == stage.layers() - 1 ? lastSkip : channels;
            layers.add(new Layer(
                    ResnetBlock.load(
                            scope.at("resnets").at(i), fromBelow + skip, channels, config.norms(), config.time()),
                    SpatialAttention.load(scope, stage, i, config.norms())));
        }
        return new UpBlock(layers, last ? null : Upsample.load(scope.at("upsamplers.0"), channels));
    }

    /**
     * The map after this stage. Takes its skips from the end of {@code skips}; {@code x} and they were lent by {@code
     * frame} and go back to it as soon as they are read.
     */
    Tensor apply(Frame frame, Tensor x, Tensor time, CrossContext context, Deque<Tensor> skips) {
        Tensor h = x;
        for (Layer layer : layers) {
            Tensor joined = Ops.concat(frame, h, skips.getLast());
            frame.release(h);
            frame.release(skips.removeLast());
            h = layer.apply(frame, joined, time, context);
            frame.release(joined);
        }
        if (upsample == null) {
            return h;
        }
        Tensor next = skips.getLast();
        Tensor larger = upsample.apply(frame, h, next.dim(1), next.dim(2));
        frame.release(h);
        return larger;
    }
}
