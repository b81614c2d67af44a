package dev.reverie.diffusion.unet;

import dev.reverie.tensor.Activation;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Ops;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.io.WeightScope;
import org.jspecify.annotations.Nullable;

/**
 * Embeds the time, and what the network wants added to it: a class, or pooled text with sizes.
 *
 * @param added embeds pooled text and sizes; null but in SDXL and its kin
 */
record TimeConditioning(
        TimestepEmbedding time,
        @Nullable ClassEmbedding classes,
        @Nullable TimestepEmbedding added,
        TimeConfig config) {

    /** Reads {@code time_embedding, class_embedding, add_embedding}. */
    static TimeConditioning load(WeightScope network, TimeConfig config) {
        int width = config.width();
        return new TimeConditioning(
                TimestepEmbedding.load(
                        network.at("time_embedding"), config.sinusoid().width(), width, config.guidanceWidth()),
                ClassEmbedding.load(network, config),
                config.sizes() == null
                        ? null
                        : TimestepEmbedding.load(network.at("add_embedding"), config.addedInput(), width),
                config);
    }

    /** {@code timesteps [N] -> [N, width]}, activated as every residual block wants it. */
    Tensor apply(Frame caller, Tensor timesteps, Conditions conditions) {
        requireFit("guidance (time_cond_proj_dim)", config.guidanceWidth() > 0, conditions.guidance(), true);
        try (Frame frame = caller.frame()) {
            Tensor waves = config.sinusoid().apply(frame, timesteps);
            Tensor sum = frame.keep(time.apply(frame, waves, conditions.guidance()));
            addClasses(frame, sum, conditions);
            addText(frame, sum, conditions);
            Ops.activateInto(sum, Activation.SILU);
            return sum;
        }
    }

    private void addClasses(Frame frame, Tensor sum, Conditions conditions) {
        Tensor given = conditions.classes();
        requireFit("a class (class_embed_type)", classes != null, given, false);
        if (classes != null && given != null) {
            Ops.addInto(sum, classes.apply(frame, given));
        }
    }

    private void addText(Frame frame, Tensor sum, Conditions conditions) {
        Tensor text = conditions.pooledText();
        Tensor sizes = conditions.sizes();
        requireFit("pooled text (addition_embed_type)", added != null, text, false);
        requireFit("sizes (addition_embed_type)", added != null, sizes, false);
        Sinusoid sinusoid = config.sizes();
        if (added != null && sinusoid != null && text != null && sizes != null) {
            Tensor waves = sinusoid.apply(frame, sizes).reshape(sizes.dim(0), sizes.dim(1) * sinusoid.width());
            Ops.addInto(sum, added.apply(frame, Ops.concat(frame, text, waves)));
        }
    }

    /** A distilled model runs without its guidance scale, too; nothing else is optional. */
    private static void requireFit(String what, boolean used, @Nullable Tensor given, boolean optional) {
        if (used ? given == null && !optional : given != null) {
            throw new IllegalArgumentException(used ? "this network needs " + what : "this network takes no " + what);
        }
    }
}
