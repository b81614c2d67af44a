package dev.reverie.diffusion.unet;

import dev.reverie.diffusion.block.Geometries;
import dev.reverie.diffusion.block.ResnetBlock;
import dev.reverie.nn.Conv;
import dev.reverie.tensor.ConvGeometry;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.io.WeightScope;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A stage of the way down. Each layer's result, and the halved map at the end, is a skip for the way up.
 *
 * @param downsample halves the map; null in the last stage
 */
record DownBlock(List<Layer> layers, @Nullable Conv downsample) {

    DownBlock {
        layers = List.copyOf(layers);
    }

    /** Reads {@code resnets, attentions, downsamplers.0.conv}; {@code in} channels come from the stage before. */
    static DownBlock load(WeightScope scope, Stage stage, int in, BlockConfig config, boolean last) {
        int channels = stage.channels();
        List<Layer> layers = new ArrayList<>();
        for (int i = 0; i < stage.layers(); i++) {
            layers.add(new Layer(
                    ResnetBlock.load(
                            scope.at("resnets").at(i), i == 0 ? in : channels, channels, config.norms(), config.time()),
                    SpatialAttention.load(scope, stage, i, config.norms())));
        }
        ConvGeometry halving = config.padsAllEdges() ? Geometries.HALVING : Geometries.HALVING_PADDED_AFTER;
        WeightScope downsampler = scope.at("downsamplers.0.conv");
        return new DownBlock(layers, last ? null : Conv.load(downsampler, channels, channels, halving));
    }

    /**
     * The map after this stage; it and all before it that the way up needs are added to {@code skips}.
     *
     * @param added by T2I-Adapters: to the last layer's map, or without attention to the text to the halved one, as the
     *     reference has it; or null
     */
    Tensor apply(
            Frame frame, Tensor x, Tensor time, CrossContext context, Deque<Tensor> skips, @Nullable Tensor added) {
        Tensor h = x;
        for (Layer layer : layers) {
            h = layer.apply(frame, h, time, context);
            skips.addLast(h);
        }
        boolean early = layers.getLast().attention() instanceof Transformer2D;
        if (early && added != null) {
            Residuals.add("T2I-Adapter", h, added);
        }
        if (downsample != null) {
            h = downsample.apply(frame, h);
            skips.addLast(h);
        }
        if (!early && added != null) {
            Residuals.add("T2I-Adapter", h, added);
        }
        return h;
    }
}
