package dev.reverie.diffusion.family;

import dev.reverie.diffusion.unet.Conditions;
import dev.reverie.diffusion.unet.ControlNet;
import dev.reverie.diffusion.unet.ControlNet.Strength;
import dev.reverie.diffusion.unet.Residuals;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A ControlNet in a run, with the picture that it looks at.
 *
 * @param hint the picture as the network sees it, for each sample that it is asked about
 * @param conditions with the network's own context
 * @param span when it counts, and how much
 * @param promptOnly whether it is asked about the prompt's samples alone, the second half of all: in guess mode
 */
record ControlledNet(
        ControlNet net, Tensor hint, Conditions conditions, ControlSpan span, boolean promptOnly, Runnable onBlock)
        implements GuidedUnet.Control {

    @Override
    public @Nullable Residuals residuals(Frame caller, Tensor samples, float timestep, int call) {
        if (!span.holds(call)) {
            return null;
        }
        Strength strength =
                new Strength(span.settings().scale(), span.settings().guessMode());
        int count = samples.dim(0);
        Tensor seen = promptOnly ? samples.rows(count / 2, count) : samples;
        Tensor timesteps = Batches.filled(caller, Shape.of(seen.dim(0)), timestep);
        Residuals residuals = net.apply(caller, seen, hint, timesteps, conditions, strength, onBlock);
        return promptOnly ? afterZeros(caller, residuals) : residuals;
    }

    /** Nothing for the negative prompt's samples, which come first. */
    private static Residuals afterZeros(Frame frame, Residuals residuals) {
        List<Tensor> skips = new ArrayList<>();
        for (Tensor skip : residuals.skips()) {
            skips.add(afterZeros(frame, skip));
        }
        return Residuals.ofSkips(skips, afterZeros(frame, Objects.requireNonNull(residuals.middle())));
    }

    private static Tensor afterZeros(Frame frame, Tensor x) {
        Tensor both = Batches.filled(frame, x.shape().with(0, 2 * x.dim(0)), 0f);
        if (!frame.isMeasuring()) {
            System.arraycopy(x.data(), x.offset(), both.data(), both.offset() + x.elementCount(), x.elementCount());
        }
        return both;
    }
}
