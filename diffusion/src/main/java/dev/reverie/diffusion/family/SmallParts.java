package dev.reverie.diffusion.family;

import dev.reverie.diffusion.unet.Conditions;
import dev.reverie.diffusion.unet.EncoderConfig;
import dev.reverie.diffusion.unet.Sinusoid;
import dev.reverie.diffusion.unet.Stage;
import dev.reverie.diffusion.unet.TimeConfig;
import dev.reverie.diffusion.unet.Unet;
import dev.reverie.diffusion.unet.UnetConfig;
import dev.reverie.nn.WarmUp.Part;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import dev.reverie.tensor.io.WeightScope;
import java.util.List;

/** A U-Net, small and with weights of zero, to be run by {@link dev.reverie.nn.WarmUp}. */
final class SmallParts {
    /** Of full panels. */
    private static final int WIDTH = 64;

    private static final int SIDE = 8;
    private static final int CHANNELS = 4;
    private static final int GROUPS = 16;

    private SmallParts() {}

    static List<Part> of() {
        return List.of(unet());
    }

    private static Part unet() {
        Stage stage = new Stage(Stage.Attention.TRANSFORMER, WIDTH, 1, 2, List.of(1), WIDTH, false);
        TimeConfig time = new TimeConfig(new Sinusoid(WIDTH, true, 0), WIDTH, 0, null, 0, null, 0);
        EncoderConfig encoder = new EncoderConfig(CHANNELS, 3, time, GROUPS, 1e-5, false, true, List.of(stage), null);
        Stage up = new Stage(Stage.Attention.TRANSFORMER, WIDTH, 2, 2, List.of(1, 1), WIDTH, false);
        Unet unet = Unet.load(WeightScope.zeros(), new UnetConfig(encoder, List.of(up), CHANNELS, 3));
        Tensor sample = Tensor.zeros(Shape.of(1, SIDE, SIDE, CHANNELS));
        Tensor timestep = Tensor.zeros(Shape.of(1));
        Tensor text = Tensor.zeros(Shape.of(1, SIDE, WIDTH));
        return frame -> unet.apply(frame, sample, timestep, Conditions.of(unet.context(frame, text)), null, () -> {});
    }
}
