package dev.reverie.diffusion.unet;

import dev.reverie.diffusion.block.AttentionBlock;
import dev.reverie.diffusion.block.Grouping;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.io.WeightScope;
import java.util.List;

/** What follows a residual block: {@code x [N, H, W, C] -> [N, H, W, C]}. */
sealed interface SpatialAttention permits SpatialAttention.None, SpatialAttention.Self, Transformer2D {

    Tensor apply(Frame frame, Tensor x, CrossContext context);

    /** The transformer blocks within, in their order. */
    List<TransformerBlock> blocks();

    /** Reads the attention after the residual block {@code index} of a stage. */
    static SpatialAttention load(WeightScope block, Stage stage, int index, Grouping norms) {
        WeightScope scope = block.at("attentions").at(index);
        return switch (stage.attention()) {
            case NONE -> new None();
            case SELF -> new Self(AttentionBlock.load(scope, stage.channels(), stage.heads(), norms));
            case TRANSFORMER -> Transformer2D.load(scope, stage, stage.depths().get(index), norms.groups());
        };
    }

    /** Nothing: the same map. */
    record None() implements SpatialAttention {
        @Override
        public Tensor apply(Frame frame, Tensor x, CrossContext context) {
            return x;
        }

        @Override
        public List<TransformerBlock> blocks() {
            return List.of();
        }
    }

    /** Of the map to itself. */
    record Self(AttentionBlock block) implements SpatialAttention {
        @Override
        public Tensor apply(Frame frame, Tensor x, CrossContext context) {
            return block.apply(frame, x);
        }

        @Override
        public List<TransformerBlock> blocks() {
            return List.of();
        }
    }
}
