package dev.reverie.diffusion.unet;

import dev.reverie.diffusion.block.Pointwise;
import dev.reverie.nn.GroupNorm;
import dev.reverie.nn.Linear;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.io.WeightScope;
import java.util.ArrayList;
import java.util.List;

/**
 * Transformer blocks over the places of a map, beside a shortcut: {@code x [N, H, W, C] -> [N, H, W, C]}
 * (huggingface/diffusers, models/transformers/transformer_2d.py). Its projections are the same whether a file holds them
 * as convolutions of one place or as matrices ({@code use_linear_projection}).
 */
record Transformer2D(GroupNorm norm, Linear projectionIn, List<TransformerBlock> blocks, Linear projectionOut)
        implements SpatialAttention {

    /** Its own, not the network's {@code norm_eps}. */
    private static final double EPS = 1e-6;

    Transformer2D {
        blocks = List.copyOf(blocks);
    }

    /** Reads {@code norm, proj_in, transformer_blocks, proj_out}. */
    static Transformer2D load(WeightScope scope, Stage stage, int depth, int groups) {
        int channels = stage.channels();
        List<TransformerBlock> blocks = new ArrayList<>();
        for (int i = 0; i < depth; i++) {
            blocks.add(TransformerBlock.load(scope.at("transformer_blocks").at(i), stage));
        }
        return new Transformer2D(
                GroupNorm.load(scope.at("norm"), channels, groups, EPS),
                Pointwise.load(scope.at("proj_in"), channels, channels),
                blocks,
                Pointwise.load(scope.at("proj_out"), channels, channels));
    }

    @Override
    public Tensor apply(Frame caller, Tensor x, CrossContext context) {
        Tensor residual = x.reshape(x.dim(0), x.dim(1) * x.dim(2), x.dim(3));
        try (Frame frame = caller.frame()) {
            Tensor tokens = entered(frame, residual);
            for (TransformerBlock block : blocks) {
                Tensor before = tokens;
                tokens = block.apply(frame, before, context);
                frame.release(before);
            }
            return frame.keep(projectionOut.apply(frame, tokens, residual).reshape(x.shape()));
        }
    }

    private Tensor entered(Frame caller, Tensor tokens) {
        try (Frame frame = caller.frame()) {
            return frame.keep(projectionIn.apply(frame, norm.apply(frame, tokens)));
        }
    }
}
