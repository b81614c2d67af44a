package dev.reverie.diffusion.unet;

import dev.reverie.diffusion.block.ResnetBlock;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.io.WeightScope;
import java.util.ArrayList;
import java.util.List;

/**
 * The stage at the smallest size: residual block, attention, residual block; or one residual block alone.
 *
 * @param attentions what stands before each residual block but the first
 */
record MidBlock(List<ResnetBlock> resnets, List<SpatialAttention> attentions) {

    MidBlock {
        resnets = List.copyOf(resnets);
        attentions = List.copyOf(attentions);
    }

    /** Reads {@code resnets} and {@code attentions}. */
    static MidBlock load(WeightScope scope, Stage stage, BlockConfig config) {
        List<ResnetBlock> resnets = new ArrayList<>();
        List<SpatialAttention> attentions = new ArrayList<>();
        for (int i = 0; i <= stage.layers(); i++) {
            resnets.add(ResnetBlock.load(
                    scope.at("resnets").at(i), stage.channels(), stage.channels(), config.norms(), config.time()));
        }
        for (int i = 0; i < stage.layers(); i++) {
            attentions.add(SpatialAttention.load(scope, stage, i, config.norms()));
        }
        return new MidBlock(resnets, attentions);
    }

    Tensor apply(Frame caller, Tensor x, Tensor time, CrossContext context) {
        try (Frame frame = caller.frame()) {
            Tensor h = resnets.getFirst().apply(frame, x, time);
            for (int i = 0; i < attentions.size(); i++) {
                h = attentions.get(i).apply(frame, h, context);
                h = resnets.get(i + 1).apply(frame, h, time);
            }
            return frame.keep(h);
        }
    }
}
