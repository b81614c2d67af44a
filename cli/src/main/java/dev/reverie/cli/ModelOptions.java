package dev.reverie.cli;

import dev.reverie.diffusion.ControlImage;
import dev.reverie.diffusion.Image;
import dev.reverie.diffusion.ImageModel;
import dev.reverie.diffusion.ImageModelOptions;
import dev.reverie.diffusion.ImageRequest;
import dev.reverie.diffusion.ReferenceImages;
import dev.reverie.models.emoji.Emoji;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which model draws, with what beside it, and the pictures that those networks look at. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class ModelOptions {
    /** The model will see one request: what it needs once need not stay. */
    private static final ImageModelOptions ALONE = ImageModelOptions.NONE.withSparedMemory();

    private static final double USUAL_HAND_OVER = 0.8;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = {"-m", "--model"},
            paramLabel = "PATH",
            description = "The model that draws: a Stable Diffusion 1, 2 or XL, as a Hugging Face folder or a single"
                    + " file (default: the small one that comes along).")
    private @Nullable Path model;

    @Option(
            names = "--refiner",
            paramLabel = "PATH",
            description = "A second model that takes over before the end and draws the details, as SDXL's refiner;"
                    + " with --enlarge, in the second pass.")
    private @Nullable Path refiner;

    @Option(
            names = "--hand-over",
            paramLabel = "PART",
            description = "Part of the noise that --model takes away before --refiner takes over, above 0 and below 1"
                    + " (default: 0.8).")
    private @Nullable Double handOver;

    @Option(
            names = "--lora",
            paramLabel = "FILE[:SCALE]",
            converter = ScaledFile.Converter.class,
            description = "A LoRA to add, and how much of it (default: 1); may be given several times.")
    private List<ScaledFile> loras = List.of();

    @Option(
            names = "--embedding",
            paramLabel = "FILE",
            description = "A learned word (textual inversion), which the text then spells as the file does, or as the"
                    + " file is called; may be given several times.")
    private List<Path> embeddings = List.of();

    @Option(
            names = "--image-encoder",
            paramLabel = "DIR",
            description = "The folder of the CLIP image encoder for --ip-adapter, if the model has none.")
    private @Nullable Path imageEncoder;

    @ArgGroup(exclusive = false, multiplicity = "0..*", heading = "%nEdges, poses or depths to follow:%n")
    private List<ControlOptions> controls = new ArrayList<>(); // picocli adds to it

    @ArgGroup(exclusive = false, multiplicity = "0..*", heading = "%nCharacters and styles out of pictures:%n")
    private List<Adapter> adapters = new ArrayList<>(); // picocli adds to it

    /** An IP-Adapter, and what follows it on the command line. */
    static final class Adapter {
        @Option(
                names = "--ip-adapter",
                paramLabel = "FILE",
                required = true,
                description = "An IP-Adapter; may be given several times, each with its references behind it.")
        private Path file;

        @Option(
                names = "--reference",
                paramLabel = "FILE",
                description = "A picture whose character or style the --ip-adapter before it takes; several count"
                        + " together.")
        private List<Path> references = new ArrayList<>();

        @Option(
                names = "--reference-scale",
                paramLabel = "SCALE",
                description = "How much these references count (default: 1).")
        private @Nullable Double scale;

        @Option(
                names = "--reference-mask",
                paramLabel = "FILE",
                description = "A picture, white where these references count (default: everywhere).")
        private @Nullable Path mask;

        ReferenceImages images() throws IOException {
            List<Image> pictures = new ArrayList<>();
            for (Path reference : references) {
                pictures.add(Image.read(reference));
            }
            return new ReferenceImages(pictures, scale == null ? 1 : scale, mask == null ? null : Image.read(mask));
        }
    }

    /** Whether the small model draws that comes along. */
    boolean isEmbedded() {
        return model == null;
    }

    /** An option that would count for nothing is an error of whoever gave it. */
    void requireWhatOptionsNeed() {
        boolean adds = imageEncoder != null
                || refiner != null
                || Stream.of(controls, loras, adapters, embeddings).anyMatch(l -> !l.isEmpty());
        require(model != null || !adds, "networks and adapters are for the model of --model, which is missing");
        require(refiner != null || handOver == null, "--hand-over says when --refiner takes over, which is missing");
        require(
                handOver == null || (handOver > 0 && handOver < 1),
                "--hand-over " + handOver + ": it must be above 0 and below 1");
        require(imageEncoder == null || !adapters.isEmpty(), "--image-encoder is for --ip-adapter, which is missing");
        for (Adapter adapter : adapters) {
            require(
                    !adapter.references.isEmpty(),
                    "--ip-adapter " + adapter.file + " has no picture to look at: say --reference behind it");
        }
    }

    private void require(boolean holds, String sentence) {
        if (!holds) {
            throw new ParameterException(spec.commandLine(), sentence);
        }
    }

    ImageModel open() throws IOException {
        if (model == null) {
            return Emoji.embedded();
        }
        ImageModel painter = ImageModel.load(model, options());
        return refiner == null
                ? painter
                : painter.withRefiner(ImageModel.load(refiner, ALONE), handOver == null ? USUAL_HAND_OVER : handOver);
    }

    private ImageModelOptions options() {
        ImageModelOptions options = ALONE;
        for (ScaledFile lora : loras) {
            options = options.withLora(lora.path(), lora.scale());
        }
        for (ControlOptions control : controls) {
            options = options.withControlNet(control.net());
        }
        for (Adapter adapter : adapters) {
            options = options.withIpAdapter(adapter.file);
        }
        for (Path embedding : embeddings) {
            options = options.withTextualInversion(embedding);
        }
        return imageEncoder == null ? options : options.withImageEncoder(imageEncoder);
    }

    /** The request with the pictures that the networks look at. */
    ImageRequest withPictures(ImageRequest request) throws IOException {
        List<ControlImage> seen = new ArrayList<>();
        for (ControlOptions control : controls) {
            seen.add(control.image());
        }
        List<ReferenceImages> references = new ArrayList<>();
        for (Adapter adapter : adapters) {
            references.add(adapter.images());
        }
        return request.withControls(seen).withReferences(references);
    }
}
