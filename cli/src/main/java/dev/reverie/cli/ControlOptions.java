package dev.reverie.cli;

import dev.reverie.diffusion.ControlImage;
import dev.reverie.diffusion.Image;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A ControlNet or T2I-Adapter of {@code imagine}, and what follows it on the command line. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class ControlOptions {
    @Option(
            names = "--control",
            paramLabel = "NET=FILE[:SCALE]",
            required = true,
            converter = NetAndPicture.Converter.class,
            description = "The folder of a ControlNet or T2I-Adapter, the picture that it looks at, and how much it"
                    + " counts (default: 1); may be given several times, each with what is set for it behind it.")
    private NetAndPicture control;

    @Option(
            names = "--control-start",
            paramLabel = "PART",
            description = "Part of the steps after which the --control before it begins to count, 0 to 1 (default: 0).")
    private @Nullable Double start;

    @Option(
            names = "--control-end",
            paramLabel = "PART",
            description = "Part of the steps after which it counts no more, 0 to 1 (default: 1).")
    private @Nullable Double end;

    @Option(
            names = "--control-guess",
            description = "Let a ControlNet guess what its picture shows, even without a text.")
    private boolean guess;

    Path net() {
        return control.net();
    }

    ControlImage image() throws IOException {
        ScaledFile picture = control.picture();
        return new ControlImage(
                Image.read(picture.path()), picture.scale(), start == null ? 0 : start, end == null ? 1 : end, guess);
    }
}
