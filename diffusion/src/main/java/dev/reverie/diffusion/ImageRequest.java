package dev.reverie.diffusion;

import dev.reverie.diffusion.schedule.NoiseLevels;
import dev.reverie.diffusion.schedule.ScheduleRequest;
import dev.reverie.tensor.Wrap;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What to draw, and how. Validates itself; everything but the prompt has a default, and what is null is the model's own.
 *
 * @param prompt may hold weights: {@code (x:1.3)}, {@code ((x))}, {@code [x]}, {@code BREAK}
 * @param negativePrompt what the picture should not look like
 * @param secondPrompt for the second text encoder of SDXL; null for the same
 * @param secondNegativePrompt the same for the negative prompt
 * @param width pixels, a multiple of the model's smallest unit (8 for Stable Diffusion)
 * @param height the same
 * @param steps model calls, or a few more for some schedulers
 * @param guidanceScale how strictly the prompt is followed: 1 is not at all beyond the model's own, 5 to 9 is usual
 * @param guidanceRescale 0 .. 1: how much of the contrast that guidance adds is taken back (arXiv 2305.08891)
 * @param seed of the noise; the same request with the same seed gives the same picture
 * @param count pictures, with the seeds {@code seed, seed + 1, ..}
 * @param scheduler a sampler's name such as {@code euler-a} or {@code dpm++2m-karras}
 * @param noiseLevels which noise levels the steps visit; a list of them says how many {@code steps} there are
 * @param clipSkip layers of the text encoder that are left out at its end
 * @param weightedPrompt whether brackets mean weights, and long prompts are read whole; if not, brackets are text and
 *     what is beyond the encoder's length is cut, as diffusers does
 * @param start a picture to change
 * @param controls pictures that ControlNets look at, in the order in which the networks were loaded
 * @param references pictures for IP-Adapters, in the order in which the adapters were loaded
 * @param sizes what SDXL is told about the size of the picture
 * @param enlargement a second pass at a larger size, or null
 * @param tileable which edges meet without a seam when pictures are laid side by side
 */
public record ImageRequest(
        String prompt,
        @Nullable String negativePrompt,
        @Nullable String secondPrompt,
        @Nullable String secondNegativePrompt,
        @Nullable Integer width,
        @Nullable Integer height,
        @Nullable Integer steps,
        @Nullable Double guidanceScale,
        double guidanceRescale,
        long seed,
        int count,
        @Nullable String scheduler,
        @Nullable NoiseLevels noiseLevels,
        int clipSkip,
        boolean weightedPrompt,
        @Nullable StartImage start,
        List<ControlImage> controls,
        List<ReferenceImages> references,
        @Nullable PictureSizes sizes,
        @Nullable Enlargement enlargement,
        Wrap tileable) {
    /** Most pictures of one request. */
    public static final int MAX_COUNT = 1000;

    private static final int MAX_PROMPT = 1_000_000;
    private static final String STEPS = "1 to " + ScheduleRequest.MAX_STEPS;

    public ImageRequest {
        requireLength("prompt", prompt);
        requireLength("negative prompt", negativePrompt);
        requireLength("second prompt", secondPrompt);
        requireLength("second negative prompt", secondNegativePrompt);
        requireSide("width", width);
        requireSide("height", height);
        if (width != null && height != null && !Image.fits(width, height)) {
            throw new IllegalArgumentException(
                    "%d x %d pixels: a picture has at most %,d".formatted(width, height, Image.MAX_PIXELS));
        }
        require(steps == null || (steps >= 1 && steps <= ScheduleRequest.MAX_STEPS), "steps", steps, STEPS);
        int levels = noiseLevels == null ? 0 : noiseLevels.count();
        steps = steps == null && levels > 0 ? (Integer) levels : steps;
        require(steps == null || levels == 0 || steps == levels, "steps", steps, levels + ", as many as the list has");
        require(guidanceScale == null || Math.abs(guidanceScale) <= 1000, "guidance scale", guidanceScale, "a number");
        require(guidanceRescale >= 0 && guidanceRescale <= 1, "guidance rescale", guidanceRescale, "0 to 1");
        require(count >= 1 && count <= MAX_COUNT, "count", count, "1 to 1000");
        require(clipSkip >= 0 && clipSkip <= 100, "clip skip", clipSkip, "0 or a few layers");
        controls = List.copyOf(controls);
        references = List.copyOf(references);
    }

    /** A picture of {@code prompt}, all else at its default. */
    public static ImageRequest of(String prompt) {
        return new ImageRequest(
                prompt, null, null, null, null, null, null, null, 0, 0, 1, null, null, 0, true, null, List.of(),
                List.of(), null, null, Wrap.NONE);
    }

    private static void requireLength(String what, @Nullable String text) {
        if (text != null && text.length() > MAX_PROMPT) {
            throw new IllegalArgumentException(
                    "a %s of %,d characters; at most %,d are read".formatted(what, text.length(), MAX_PROMPT));
        }
    }

    private static void requireSide(String what, @Nullable Integer pixels) {
        require(pixels == null || (pixels >= 8 && pixels <= Image.MAX_SIDE), what, pixels, "8 to " + Image.MAX_SIDE);
    }

    /** Comparisons with NaN are false, so NaN is refused everywhere. */
    private static void require(boolean valid, String what, @Nullable Object value, String rule) {
        if (!valid) {
            throw new IllegalArgumentException("%s %s: it must be %s".formatted(what, value, rule));
        }
    }

    public ImageRequest withSize(int newWidth, int newHeight) {
        return with(draft -> {
            draft.width = newWidth;
            draft.height = newHeight;
        });
    }

    public ImageRequest withNegativePrompt(String value) {
        return with(draft -> draft.negativePrompt = value);
    }

    public ImageRequest withSecondPrompt(String value) {
        return with(draft -> draft.secondPrompt = value);
    }

    public ImageRequest withSecondNegativePrompt(String value) {
        return with(draft -> draft.secondNegativePrompt = value);
    }

    public ImageRequest withSteps(int value) {
        return with(draft -> draft.steps = value);
    }

    public ImageRequest withGuidanceScale(double value) {
        return with(draft -> draft.guidanceScale = value);
    }

    public ImageRequest withGuidanceRescale(double value) {
        return with(draft -> draft.guidanceRescale = value);
    }

    public ImageRequest withSeed(long value) {
        return with(draft -> draft.seed = value);
    }

    public ImageRequest withCount(int value) {
        return with(draft -> draft.count = value);
    }

    public ImageRequest withScheduler(String value) {
        return with(draft -> draft.scheduler = value);
    }

    /** A list also sets the number of steps. */
    public ImageRequest withNoiseLevels(NoiseLevels value) {
        return with(draft -> {
            draft.noiseLevels = value;
            draft.steps = value.count() > 0 ? (Integer) value.count() : draft.steps;
        });
    }

    /** A step from each noise level to the next, the last to 0; strictly descending. */
    public ImageRequest withSigmas(double... values) {
        return withNoiseLevels(
                new NoiseLevels.Sigmas(Arrays.stream(values).boxed().toList()));
    }

    /** A step from each timestep of training to the next; strictly descending. */
    public ImageRequest withTimesteps(double... values) {
        return withNoiseLevels(
                new NoiseLevels.Timesteps(Arrays.stream(values).boxed().toList()));
    }

    public ImageRequest withClipSkip(int value) {
        return with(draft -> draft.clipSkip = value);
    }

    public ImageRequest withWeightedPrompt(boolean value) {
        return with(draft -> draft.weightedPrompt = value);
    }

    public ImageRequest withStart(StartImage value) {
        return with(draft -> draft.start = value);
    }

    public ImageRequest withControls(List<ControlImage> value) {
        return with(draft -> draft.controls = value);
    }

    public ImageRequest withReferences(List<ReferenceImages> value) {
        return with(draft -> draft.references = value);
    }

    public ImageRequest withSizes(PictureSizes value) {
        return with(draft -> draft.sizes = value);
    }

    public ImageRequest withEnlargement(Enlargement value) {
        return with(draft -> draft.enlargement = value);
    }

    public ImageRequest withTileable(Wrap value) {
        return with(draft -> draft.tileable = value);
    }

    private ImageRequest with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.request();
    }

    /** A request that is being changed. */
    private static final class Draft {
        private final String prompt;
        private @Nullable String negativePrompt;
        private @Nullable String secondPrompt;
        private @Nullable String secondNegativePrompt;
        private @Nullable Integer width;
        private @Nullable Integer height;
        private @Nullable Integer steps;
        private @Nullable Double guidanceScale;
        private double guidanceRescale;
        private long seed;
        private int count;
        private @Nullable String scheduler;
        private @Nullable NoiseLevels noiseLevels;
        private int clipSkip;
        private boolean weightedPrompt;
        private @Nullable StartImage start;
        private List<ControlImage> controls;
        private List<ReferenceImages> references;
        private @Nullable PictureSizes sizes;
        private @Nullable Enlargement enlargement;
        private Wrap tileable;

        Draft(ImageRequest request) {
            prompt = request.prompt;
            negativePrompt = request.negativePrompt;
            secondPrompt = request.secondPrompt;
            secondNegativePrompt = request.secondNegativePrompt;
            width = request.width;
            height = request.height;
            steps = request.steps;
            guidanceScale = request.guidanceScale;
            guidanceRescale = request.guidanceRescale;
            seed = request.seed;
            count = request.count;
            scheduler = request.scheduler;
            noiseLevels = request.noiseLevels;
            clipSkip = request.clipSkip;
            weightedPrompt = request.weightedPrompt;
            start = request.start;
            controls = request.controls;
            references = request.references;
            sizes = request.sizes;
            enlargement = request.enlargement;
            tileable = request.tileable;
        }

        ImageRequest request() {
            return new ImageRequest(
                    prompt,
                    negativePrompt,
                    secondPrompt,
                    secondNegativePrompt,
                    width,
                    height,
                    steps,
                    guidanceScale,
                    guidanceRescale,
                    seed,
                    count,
                    scheduler,
                    noiseLevels,
                    clipSkip,
                    weightedPrompt,
                    start,
                    controls,
                    references,
                    sizes,
                    enlargement,
                    tileable);
        }
    }
}
