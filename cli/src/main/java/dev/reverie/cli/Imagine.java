package dev.reverie.cli;

import dev.reverie.diffusion.Image;
import dev.reverie.diffusion.ImageModel;
import dev.reverie.diffusion.ImagePlan;
import dev.reverie.diffusion.ImageRequest;
import dev.reverie.diffusion.StartImage;
import dev.reverie.models.emoji.Emoji;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
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
        abbreviateSynopsis = true,
        footer = {
            "%nWithout --model a small model draws that comes along: it knows about 320 emoji, see --list. Larger"
                    + " models are not part of Reverie: download a Stable Diffusion from huggingface.co and name its"
                    + " folder or file.",
            "%nExamples:",
            "  reverie imagine \"a rocket\"",
            "  reverie imagine \"red heart\" --count 4 --seed 7 --out heart.png",
            "  reverie imagine \"a red fox in the snow\" --model sd15 --steps 20",
            "  reverie imagine \"a fjord\" -m sd15 --size 512x384 --enlarge 2",
            "  reverie imagine \"autumn leaves\" -m sd15 --tileable",
            "  reverie imagine \"the same in winter\" -m sd15 --init house.png --strength 0.6",
            "  reverie imagine \"a red door\" -m sd15 --init house.png --mask door.png",
            "  reverie imagine \"a red fox\" -m sdxl-base --refiner sdxl-refiner",
            "  reverie imagine \"a dancer\" -m sd15 --control openpose=pose.png:0.8 \\",
            "      --control-end 0.6",
            "  reverie imagine \"in a library\" -m sd15 --image-encoder clip-vision \\",
            "      --ip-adapter ip-adapter_sd15.safetensors --reference anna.png",
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

    @Mixin
    private ModelOptions models;

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
            description = "How strictly the text is followed: 5 to 9 is usual, 1 is least, and twice as fast"
                    + " (default: the model's own).")
    private @Nullable Double guidance;

    @Option(
            names = "--scheduler",
            paramLabel = "NAME",
            description =
                    "The sampler: ddim, euler, euler-a, heun, dpm++2m, dpm++2m-karras, unipc, lcm and others, or as"
                            + " pictures' files have it, \"DPM++ 2M Karras\"; a name that is unknown lists all (default: the"
                            + " model's own).")
    private @Nullable String scheduler;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "0",
            description = "Seed of the noise: another seed, another picture (default: 0).")
    private long seed;

    @Option(
            names = "--count",
            paramLabel = "N",
            defaultValue = "1",
            description = "How many pictures, each with the next seed (default: 1).")
    private int count;

    @Option(
            names = "--size",
            paramLabel = "WxH",
            description = "Pixels, such as 512x768 (default: as --init, or the model's own).")
    private @Nullable String size;

    @Option(
            names = "--init",
            paramLabel = "FILE",
            description = "A picture to change, PNG, JPEG, GIF or BMP; of an animated one, its first picture.")
    private @Nullable Path init;

    @Option(
            names = "--mask",
            paramLabel = "FILE",
            description = "A picture, white where that of --init is redrawn and black where it stays.")
    private @Nullable Path mask;

    @Option(
            names = "--strength",
            paramLabel = "PART",
            description = "How far the picture of --init is redrawn, above 0 (hardly) up to 1 (wholly; default: 0.8).")
    private @Nullable Double strength;

    @Mixin
    private SamplingOptions sampling;

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

    @Option(
            names = "--preview",
            description = "Show the picture forming, in terminals that can show pictures (kitty, iTerm2, sixel).")
    private boolean preview;

    @Option(
            names = "--steps-sheet",
            paramLabel = "FILE",
            description = "Save one picture more, that shows the picture after each step.")
    private @Nullable Path stepsSheet;

    @Option(names = "--list", description = "List what the small model knows, and end.")
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
        if (sheetTarget != null && target.mayBe(sheetTarget, count)) {
            throw new ParameterException(
                    spec.commandLine(), "--steps-sheet " + stepsSheet + " would be written over a picture of --out");
        }
        offerLabels(terminal, request.prompt());
        try (ImageModel painter = models.open()) {
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
        models.requireWhatOptionsNeed();
    }

    private String prompt() throws IOException {
        if (text.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "the text that says what to draw is missing");
        }
        return text.equals(List.of("-"))
                ? StandardInput.text(main.terminal().in()).strip()
                : String.join(" ", text);
    }

    private ImageRequest request(String prompt) throws IOException {
        ImageRequest request = sampling.applyTo(models.isEmbedded() ? Emoji.request(prompt) : ImageRequest.of(prompt))
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
        return models.withPictures(request);
    }

    private StartImage start(Path file) throws IOException {
        StartImage start = StartImage.of(Image.read(file));
        start = strength == null ? start : start.withStrength(strength);
        return mask == null ? start : start.withMask(Image.read(mask));
    }

    /** The small model is a memory of emoji, and should not be taken for more. */
    private void offerLabels(Terminal terminal, String prompt) throws IOException {
        if (!models.isEmbedded()) {
            return;
        }
        terminal.err().println("The small emoji model that comes along draws; --model names a larger one.");
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
        try (StepProgress progress = new StepProgress(terminal, preview, sheet, target, seed)) {
            painter.generateAll(request, progress);
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
