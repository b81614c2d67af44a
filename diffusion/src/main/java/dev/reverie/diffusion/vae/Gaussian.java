package dev.reverie.diffusion.vae;

import dev.reverie.tensor.Activation;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Ops;
import dev.reverie.tensor.Tensor;

/**
 * What a picture is encoded to: a normal distribution for each number of its latents.
 *
 * @param mean {@code [N, h, w, C]}, the mode as well
 * @param logVariance {@code [N, h, w, C]}, -30 to 20
 */
public record Gaussian(Tensor mean, Tensor logVariance) {
    private static final float LEAST = -30;
    private static final float MOST = 20;

    /** Splits {@code moments [N, h, w, 2 C]}, means first. */
    static Gaussian of(Frame frame, Tensor moments) {
        int channels = moments.dim(3) / 2;
        Tensor logVariance = Ops.columns(frame, moments, channels, 2 * channels);
        for (int i = 0; i < logVariance.elementCount() && !logVariance.isMeasured(); i++) {
            int at = logVariance.offset() + i;
            logVariance.data()[at] = Math.clamp(logVariance.data()[at], LEAST, MOST);
        }
        return new Gaussian(Ops.columns(frame, moments, 0, channels), logVariance);
    }

    /** {@code noise} is standard normal, {@code [N, h, w, C]}. */
    public Tensor sample(Frame caller, Tensor noise) {
        try (Frame frame = caller.frame()) {
            Tensor deviation = Ops.scale(frame, logVariance, 0.5f);
            Ops.activateInto(deviation, Activation.EXP);
            return frame.keep(Ops.add(frame, mean, Ops.multiply(frame, deviation, noise)));
        }
    }
}
