package dev.reverie.diffusion.family;

import dev.reverie.diffusion.guidance.Guidance;
import dev.reverie.diffusion.unet.Conditions;
import dev.reverie.diffusion.unet.Residuals;
import dev.reverie.diffusion.unet.Unet;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Ops;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import java.lang.ref.Reference;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A U-Net under all conditions of a run at once, along the batch, and what guidance makes of its predictions.
 *
 * @param conditions of {@code guidance.conditions() N} samples
 * @param extra channels that stand beside each sample, {@code [guidance.conditions() N, h, w, C]}; or null
 * @param controls ControlNets and T2I-Adapters that look on
 * @param onBlock called before each block
 */
record GuidedUnet(
        Unet unet,
        Conditions conditions,
        Guidance guidance,
        @Nullable Tensor extra,
        List<Control> controls,
        Runnable onBlock)
        implements Denoising.Predictor {

    /** A ControlNet or T2I-Adapter within one run. */
    interface Control {
        /** What it adds at this call; null where it adds nothing. */
        @Nullable
        Residuals residuals(Frame frame, Tensor samples, float timestep, int call);
    }

    @Override
    public Tensor predict(Frame caller, Tensor sample, float timestep, int call) {
        try (Frame frame = caller.frame()) {
            Tensor samples = Batches.stacked(frame, sample, guidance.conditions());
            Residuals residuals = null;
            for (Control control : controls) {
                Residuals more = control.residuals(frame, samples, timestep, call);
                residuals = residuals == null || more == null
                        ? (more == null ? residuals : more)
                        : residuals.plus(frame, more);
            }
            Tensor input = extra == null ? samples : Ops.concat(frame, samples, extra);
            Tensor timesteps = Batches.filled(frame, Shape.of(samples.dim(0)), timestep);
            Tensor predictions = unet.apply(frame, input, timesteps, conditions, residuals, onBlock);
            return frame.keep(guidance.combine(frame, predictions));
        } finally {
            Reference.reachabilityFence(unet); // or its file might close meanwhile
        }
    }
}
