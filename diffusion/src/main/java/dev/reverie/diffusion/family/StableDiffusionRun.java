package dev.reverie.diffusion.family;

import dev.reverie.diffusion.ImageRequest;
import dev.reverie.diffusion.NonFiniteException;
import dev.reverie.diffusion.StartImage;
import dev.reverie.diffusion.guidance.Guidance;
import dev.reverie.diffusion.schedule.Schedule;
import dev.reverie.diffusion.schedule.ScheduleRequest;
import dev.reverie.diffusion.schedule.Step;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import java.util.List;

/** One run of a Stable Diffusion: prompt to text states, latents from noise, a picture of the latents. */
final class StableDiffusionRun {
    /** Told of each step. */
    interface Observer {
        void onStep(int step, int steps, float timestep, Step result, Tensor latents);
    }

    static final String TEXT = "text";
    static final String START = "start";
    static final String DENOISE = "denoise";
    /** The same of a second pass. */
    static final String REDRAW = "denoise again";

    static final String DECODE = "decode";

    private final StableDiffusionParts parts;
    private final ImageRequest request;
    private final RunInputs inputs;
    private final GivenPicture given;
    private final Observer observer;
    private final Runnable onBlock;
    private final Schedule schedule;
    private final RunSpan span;
    private final Guidance guidance;
    private final Conditioning conditioning;

    StableDiffusionRun(
            StableDiffusionParts parts, ImageRequest request, RunInputs inputs, Observer observer, Runnable onBlock) {
        this.parts = parts;
        this.request = request;
        this.inputs = inputs;
        this.given = new GivenPicture(parts, inputs, onBlock);
        this.observer = observer;
        this.onBlock = onBlock;
        this.schedule = parts.scheduler(request).schedule(scheduleRequest());
        this.span = new RunSpan(parts, request, inputs, schedule, given);
        this.guidance = guidance();
        this.conditioning = new Conditioning(parts, request, inputs, guidance, onBlock);
        parts.requireFit(request, inputs);
    }

    private ScheduleRequest scheduleRequest() {
        Redrawn redrawn = inputs.redrawn();
        if (redrawn != null) {
            return parts.isDistilled()
                    ? parts.scheduleRequest(request, redrawn.steps()).withStrength(redrawn.strength())
                    : parts.scheduleRequest(request, redrawn.stepsOfAll());
        }
        ScheduleRequest wanted = parts.scheduleRequest(request, parts.steps(request));
        StartImage start = request.start();
        return start != null && parts.isDistilled() ? wanted.withStrength(start.strength()) : wanted;
    }

    /** None for models that were distilled with their guidance scale. */
    private Guidance guidance() {
        double scale = parts.guidanceScale(request);
        if (scale <= 1 || parts.guidanceWidth() > 0) {
            return new Guidance.None();
        }
        StartImage start = request.start();
        if (parts.editsByInstruction() && start != null && start.imageGuidanceScale() >= 1) {
            return new Guidance.Edit(scale, start.imageGuidanceScale());
        }
        return new Guidance.ClassifierFree(scale, request.guidanceRescale());
    }

    /** Pixels {@code [N, H, W, 3]} from -1 to 1. */
    Tensor picture(Frame frame, Tensor latents) {
        Tensor pixels = decode(frame, latents);
        requireFinite(pixels, "after decoding");
        return pixels;
    }

    /** Of the prompt and, with guidance, of the negative prompt: the same for all pictures of a request. */
    List<TextStates> texts(Frame frame) {
        boolean guided = guidance.conditions() > 1;
        List<TextStates> encoded = inputs.texts();
        if (encoded != null && (encoded.size() > 1 || !guided)) {
            return encoded;
        }
        frame.workspace().stage(TEXT);
        return parts.prompts().encode(frame, request, guided);
    }

    Tensor decode(Frame frame, Tensor latents) {
        frame.workspace().stage(DECODE);
        return parts.autoencoder().decode(frame, latents, parts.tiling(latents), onBlock);
    }

    /** Latents {@code [N, h, w, C]}, of no workspace. */
    Tensor latents(Frame caller) {
        try (Frame frame = caller.frame()) {
            List<TextStates> texts = texts(frame);
            frame.workspace().stage(START);
            Canvas canvas = span.canvas(frame, latentShape());
            Tensor extra = given.extra(frame, guidance.conditions());
            int end = span.end();
            frame.workspace().stage(denoiseStage());
            GuidedUnet model = conditioning.model(frame, texts, canvas.first(), end, extra);
            return Denoising.run(
                    frame, schedule, canvas.first(), end, canvas.start(), model, inputs.noise(), (call, step) -> {
                        Tensor latents = canvas.after(schedule, call, call == end - 1, step);
                        int done = call - canvas.first() + 1;
                        requireFinite(latents, "after step " + done);
                        observer.onStep(done, end - canvas.first(), schedule.timesteps()[call], step, latents);
                        return latents;
                    });
        }
    }

    /** A picture of such numbers would be black, and nobody would know why. */
    private static void requireFinite(Tensor x, String where) {
        for (int i = 0; i < x.elementCount(); i++) {
            if (!Float.isFinite(x.get(i))) {
                throw new NonFiniteException(where);
            }
        }
    }

    private String denoiseStage() {
        return inputs.redrawn() == null ? DENOISE : REDRAW;
    }

    /** How many times the model is called; not above 0 where the run ends before it begins. */
    int steps() {
        return span.end() - span.firstCall();
    }

    /** In a workspace that measures: the step in which most controls count, and what comes before. */
    void measureLatents(Frame caller) {
        try (Frame frame = caller.frame()) {
            List<TextStates> texts = texts(frame);
            frame.workspace().stage(START);
            Tensor picture = inputs.picture();
            if (picture != null && span.encodesPicture()) {
                given.encoded(frame, picture);
            }
            Tensor extra = given.extra(frame, guidance.conditions());
            frame.workspace().stage(denoiseStage());
            Tensor latents = Tensor.measured(latentShape());
            int first = span.firstCall();
            int end = span.end();
            int fullest = ControlSpan.fullestCall(request.controls(), first, end);
            conditioning.model(frame, texts, first, end, extra).predict(frame, latents, 0, fullest);
        }
    }

    Shape latentShape() {
        int factor = parts.autoencoder().spatialFactor();
        return Shape.of(
                inputs.samples(),
                inputs.height() / factor,
                inputs.width() / factor,
                parts.autoencoder().latentChannels());
    }
}
