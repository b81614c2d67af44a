package dev.reverie.cli;

import dev.reverie.diffusion.ControlImage;
import dev.reverie.diffusion.Image;
import dev.reverie.diffusion.ImageModel;
import dev.reverie.diffusion.ImageModelOptions;
import dev.reverie.diffusion.ImagePlan;
import dev.reverie.diffusion.ImageRequest;
import dev.reverie.diffusion.ReferenceImages;
import dev.reverie.diffusion.StartImage;
import dev.reverie.models.emoji.Emoji;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Text to pictures. */
@Command(
        name = "imagine",
        header = "Draw what a text says.%n",
        sortOptions = false,
        footer = {
            "%nWithout --model a small model draws that comes along: it knows about 320 emoji, see --list.",
            "%nExamples:",
            "  reverie imagine \"a rocket\"",
            "  reverie imagine \"red heart\" --count 4 --seed 7 --out heart.png",
            "  reverie imagine \"a red fox in the snow\" --model stable-diffusion-v1-5 --steps 20",
            "  reverie imagine \"a fjord\" -m sd15 --size 512x384 --enlarge 2 --enlarge-strength 0.6",
            "  reverie imagine \"autumn leaves\" -m sd15 --tileable",
            "  reverie imagine \"the same in winter\" -m sd15 --init house.png --strength 0.6",
        })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class Imagine implements Callable<Integer> {
    private static final int OFFERED = 5;

    @ParentCommand
    private Main main;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "TEXT", arity = "0..*", description = "What to draw; - reads standard input, as UTF-8.")
    private List<String> text = List.of();

    @Option(
            names = {"-m", "--model"},
            paramLabel = "PATH",
            description = "A Stable Diffusion, as a Hugging Face folder or a single file.")
    private @Nullable Path model;

    @Option(
            names = {"-n", "--negative"},
            paramLabel = "TEXT",
            description = "What the picture should not look like.")
    private @Nullable String negative;

    @Option(
            names = "--steps",
            paramLabel = "N",
            description = "Steps from noise to picture (default: the model's own).")
    private @Nullable Integer steps;

    @Option(
            names = {"-g", "--guidance"},
            paramLabel = "SCALE",
            description = "How strictly the text is followed (default: the model's own).")
    private @Nullable Double guidance;

    @Option(
            names = "--scheduler",
            paramLabel = "NAME",
            description =
                    "ddim, euler, euler-a, heun, dpm++2m, dpm++2m-karras, unipc, lcm .. (default: the model's own).")
    private @Nullable String scheduler;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "0", description = "Seed of the noise (default: 0).")
    private long seed;

    @Option(names = "--size", paramLabel = "WxH", description = "Pixels, such as 512x768 (default: the model's own).")
    private @Nullable String size;

    @Mixin
    private SamplingOptions sampling;

    @Option(
            names = "--count",
            paramLabel = "N",
            defaultValue = "1",
            description = "Pictures, each with a seed of its own (default: 1).")
    private int count;

    @Option(names = "--init", paramLabel = "FILE", description = "A picture to change.")
    private @Nullable Path init;

    @Option(names = "--mask", paramLabel = "FILE", description = "White where the picture of --init is redrawn.")
    private @Nullable Path mask;

    @Option(
            names = "--strength",
            paramLabel = "PART",
            description = "How much of the picture of --init is redrawn, above 0 up to 1 (default: 0.8).")
    private @Nullable Double strength;

    @Option(
            names = "--control",
            paramLabel = "NET=FILE[:SCALE]",
            description = "The folder of a ControlNet or T2I-Adapter and the picture that it looks at; may be given several times.")
    private List<String> controls = List.of();

    @Option(names = "--lora", paramLabel = "FILE[:SCALE]", description = "A LoRA to add; may be given several times.")
    private List<String> loras = List.of();

    @Option(
            names = "--ip-adapter",
            paramLabel = "NET=FILE[:SCALE]",
            description = "An IP-Adapter's file and a picture whose character it takes; may be given several times.")
    private List<String> adapters = List.of();

    @Option(names = "--image-encoder", paramLabel = "DIR", description = "The CLIP image encoder of --ip-adapter.")
    private @Nullable Path imageEncoder;

    @Option(
            names = "--embedding",
            paramLabel = "FILE",
            description = "A learned word (textual inversion); may be given several times.")
    private List<Path> embeddings = List.of();

    @Option(
            names = {"-o", "--out"},
            paramLabel = "FILE",
            description =
                    "Where to write, over a file that is there; further pictures get numbers (default: picture.png,"
                            + " or picture-2.png if that is there, and so on).")
    private @Nullable Path out;

    @Option(
            names = {"-f", "--format"},
            paramLabel = "FORMAT",
            description = "Form of the file: ${COMPLETION-CANDIDATES} (default: by the file's ending).")
    private @Nullable PictureFormat format;

    @Option(names = "--preview", description = "Show the picture forming, in terminals that can show pictures.")
    private boolean preview;

    @Option(names = "--steps-sheet", paramLabel = "FILE", description = "Save a sheet of the picture forming.")
    private @Nullable Path stepsSheet;

    @Option(names = "--list", description = "List what the embedded model knows and end.")
    private boolean list;

    @Option(names = "--plan", description = "Print the memory and work that a picture will take, and end.")
    private boolean plan;

    @Override
    public Integer call() throws IOException {
        Terminal terminal = main.terminal();
        if (list) {
            Emoji.labels().forEach(terminal.out()::println);
            return 0;
        }
        requireWhatOptionsNeed();
        ImageRequest request = request(prompt());
        PictureTarget target = PictureTarget.of(out, format, count);
        PictureTarget sheetTarget = stepsSheet == null ? null : PictureTarget.of(stepsSheet, null, 1);
        offerLabels(terminal, request.prompt());
        try (ImageModel painter = open()) {
            if (plan) {
                print(painter.plan(request));
            } else {
                draw(painter, request, target, sheetTarget);
            }
        }
        return 0;
    }

    /** An option that would count for nothing is an error of whoever gave it. */
    private void requireWhatOptionsNeed() {
        if (init == null && (mask != null || strength != null)) {
            throw new ParameterException(
                    spec.commandLine(), "--mask and --strength change the picture of --init, which is missing");
        }
        boolean adds = imageEncoder != null
                || Stream.of(controls, loras, adapters, embeddings).anyMatch(l -> !l.isEmpty());
        if (model == null && adds) {
            throw new ParameterException(
                    spec.commandLine(), "networks and adapters are for the model of --model, which is missing");
        }
    }

    private String prompt() throws IOException {
        if (text.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "the text that says what to draw is missing");
        }
        return text.equals(List.of("-"))
                ? StandardInput.text(main.terminal().in()).strip()
                : String.join(" ", text);
    }

    private ImageModel open() throws IOException {
        if (model == null) {
            return Emoji.embedded();
        }
        ImageModelOptions options = ImageModelOptions.NONE;
        for (String lora : loras) {
            Scaled file = Scaled.parse(lora);
            options = options.withLora(file.path(), file.scale());
        }
        for (String control : controls) {
            options = options.withControlNet(
                    ScaledPicture.parse("--control", control).net());
        }
        for (String adapter : adapters) {
            options = options.withIpAdapter(
                    ScaledPicture.parse("--ip-adapter", adapter).net());
        }
        for (Path embedding : embeddings) {
            options = options.withTextualInversion(embedding);
        }
        return ImageModel.load(model, imageEncoder == null ? options : options.withImageEncoder(imageEncoder));
    }

    private ImageRequest request(String prompt) throws IOException {
        ImageRequest request = sampling.applyTo(model == null ? Emoji.request(prompt) : ImageRequest.of(prompt))
                .withSeed(seed)
                .withCount(count);
        request = negative == null ? request : request.withNegativePrompt(negative);
        request = steps == null ? request : request.withSteps(steps);
        request = guidance == null ? request : request.withGuidanceScale(guidance);
        request = scheduler == null ? request : request.withScheduler(scheduler);
        if (size != null) {
            PictureSize pixels = PictureSize.parse("--size", size);
            request = request.withSize(pixels.width(), pixels.height());
        }
        request = init == null ? request : request.withStart(start(init));
        return request.withControls(controlImages()).withReferences(references());
    }

    private StartImage start(Path file) throws IOException {
        StartImage start = StartImage.of(Image.read(file));
        start = strength == null ? start : start.withStrength(strength);
        return mask == null ? start : start.withMask(Image.read(mask));
    }

    private List<ControlImage> controlImages() throws IOException {
        List<ControlImage> images = new ArrayList<>();
        for (String control : controls) {
            ScaledPicture picture = ScaledPicture.parse("--control", control);
            images.add(ControlImage.of(Image.read(picture.file())).withScale(picture.scale()));
        }
        return images;
    }

    private List<ReferenceImages> references() throws IOException {
        List<ReferenceImages> references = new ArrayList<>();
        for (String adapter : adapters) {
            ScaledPicture picture = ScaledPicture.parse("--ip-adapter", adapter);
            references.add(ReferenceImages.of(Image.read(picture.file())).withScale(picture.scale()));
        }
        return references;
    }

    /** The small model is a memory of emoji, and should not be taken for more. */
    private void offerLabels(Terminal terminal, String prompt) throws IOException {
        if (model != null) {
            return;
        }
        terminal.err().println("Drawn by the small emoji model that comes along; --model names a larger one.");
        if (!Emoji.knows(prompt)) {
            terminal.err()
                    .println("It knows none of these words; near are: "
                            + String.join(", ", Emoji.nearest(prompt, OFFERED)) + " (all: --list).");
        }
    }

    private void draw(
            ImageModel painter, ImageRequest request, PictureTarget target, @Nullable PictureTarget sheetTarget)
            throws IOException {
        Terminal terminal = main.terminal();
        StepsSheet sheet = sheetTarget == null ? null : new StepsSheet();
        for (int i = 0; i < count; i++) {
            long start = System.nanoTime();
            Image picture;
            try (StepProgress progress = new StepProgress(terminal, preview, sheet)) {
                picture = painter.generate(request.withSeed(seed + i), progress);
            }
            Path file = target.write(picture, i);
            double work = (System.nanoTime() - start) / 1e9;
            terminal.out()
                    .println(String.format(
                            Locale.ROOT,
                            "%s: %d x %d, seed %d, %.1f s of work",
                            file,
                            picture.width(),
                            picture.height(),
                            seed + i,
                            work));
        }
        if (sheet != null && sheetTarget != null) {
            terminal.out().println(sheetTarget.write(sheet.picture(), 0) + ": the picture forming");
        }
    }

    private void print(ImagePlan planned) {
        PlanTable.print(main.terminal().out(), planned.stages(), planned.peakBytes());
        main.terminal()
                .out()
                .println(String.format(
                        Locale.ROOT,
                        "%d x %d pixels, steps: %d; weights: %.1f MB besides",
                        planned.width(),
                        planned.height(),
                        planned.steps(),
                        planned.weightBytes() / 1e6));
    }
}
