package dev.reverie.diffusion.vae;

import dev.reverie.diffusion.block.AttentionBlock;
import dev.reverie.diffusion.block.ResnetBlock;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.io.WeightScope;
import org.jspecify.annotations.Nullable;

/** Residual block, attention with one head or none, residual block, at the smallest size. */
record KlMiddle(ResnetBlock first, @Nullable AttentionBlock attention, ResnetBlock second) {

    /** Reads {@code resnets.0, attentions.0, resnets.1}. */
    static KlMiddle load(WeightScope scope, KlConfig config) {
        int channels = config.channels().getLast();
        WeightScope resnets = scope.at("resnets");
        return new KlMiddle(
                ResnetBlock.load(resnets.at(0), channels, channels, config.norms(), null),
                config.middleAttention()
                        ? AttentionBlock.load(scope.at("attentions.0"), channels, 1, config.norms())
                        : null,
                ResnetBlock.load(resnets.at(1), channels, channels, config.norms(), null));
    }

    Tensor apply(Frame caller, Tensor x) {
        try (Frame frame = caller.frame()) {
            Tensor h = first.apply(frame, x, null);
            Tensor seen = attention == null ? h : attention.apply(frame, h);
            return frame.keep(second.apply(frame, seen, null));
        }
    }
}
