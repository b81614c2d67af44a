package dev.reverie.cli;

import dev.reverie.diffusion.ImageRequest;
import dev.reverie.tensor.Wrap;
import picocli.CommandLine.Option;

/** Options of {@code imagine} that say how a picture is sampled. */
final class SamplingOptions {
    @Option(
            names = "--tileable",
            paramLabel = "x|y|both",
            arity = "0..1",
            parameterConsumer = TileableConsumer.class,
            description = "Let edges meet, so that pictures can be laid side by side without a seam: both axes"
                    + " if none is named.")
    private Wrap tileable = Wrap.NONE;

    ImageRequest applyTo(ImageRequest request) {
        return request.withTileable(tileable);
    }
}
