package dev.reverie.cli;

import dev.reverie.diffusion.ImageRequest;
import dev.reverie.tensor.Wrap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of {@code imagine} that say how a picture is sampled. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class SamplingOptions {
    @Option(
            names = "--tileable",
            paramLabel = "x|y|both",
            arity = "0..1",
            parameterConsumer = TileableConsumer.class,
            description =
                    "Let edges meet, so that pictures can be laid side by side without a seam: left and right (x),"
                            + " top and bottom (y), or all if none is named.")
    private Wrap tileable = Wrap.NONE;

    @Option(
            names = "--sigmas",
            paramLabel = "LIST",
            description = "Noise levels of the steps, such as 14.6,6.5,2,0.5, or a rule: karras, exponential, beta or"
                    + " ays, which was made for Stable Diffusion 1.5 and SDXL; 2 takes the list of 1.5"
                    + " (default: the scheduler's own).")
    private @Nullable String sigmas;

    @Option(
            names = "--timesteps",
            paramLabel = "LIST",
            description = "The same in timesteps of training, such as 999,759,499,259, for schedulers that count so.")
    private @Nullable String timesteps;

    @Mixin
    private EnlargeOptions enlarging;

    ImageRequest applyTo(ImageRequest request) {
        if (sigmas != null && timesteps != null) {
            throw new IllegalArgumentException("--sigmas and --timesteps say the same thing: give one of them");
        }
        ImageRequest sampled = enlarging.applyTo(request).withTileable(tileable);
        if (timesteps != null) {
            return sampled.withNoiseLevels(LevelList.timesteps(timesteps));
        }
        return sigmas == null ? sampled : sampled.withNoiseLevels(LevelList.sigmas(sigmas));
    }
}
