package dev.reverie.diffusion.family;

import dev.reverie.diffusion.ControlImage;
import dev.reverie.diffusion.Image;
import dev.reverie.diffusion.ImageRequest;
import dev.reverie.diffusion.NonFiniteException;
import dev.reverie.diffusion.ReferenceImages;
import dev.reverie.diffusion.StartImage;
import dev.reverie.diffusion.adapter.IpAdapter;
import dev.reverie.diffusion.adapter.ReferenceEncoder;
import dev.reverie.diffusion.guidance.Guidance;
import dev.reverie.diffusion.image.PipelineProcessor;
import dev.reverie.diffusion.schedule.Schedule;
import dev.reverie.diffusion.schedule.ScheduleRequest;
import dev.reverie.diffusion.schedule.Step;
import dev.reverie.diffusion.unet.Conditions;
import dev.reverie.diffusion.unet.ControlNet;
import dev.reverie.diffusion.unet.CrossContext;
import dev.reverie.diffusion.unet.Residuals;
import dev.reverie.diffusion.unet.Sinusoid;
import dev.reverie.diffusion.unet.T2iAdapter;
import dev.reverie.diffusion.unet.Unet;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Ops;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

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
            GuidedUnet model = model(frame, texts, canvas.first(), end, extra);
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
            model(frame, texts, span.firstCall(), span.end(), extra).predict(frame, latents, 0, fullestCall());
        }
    }

    /** The first call of those in which most controls count. */
    private int fullestCall() {
        int first = span.firstCall();
        int end = span.end();
        int fullest = first;
        long most = 0;
        for (int call = first; call < end; call++) {
            int at = call;
            long controls = request.controls().stream()
                    .filter(control -> new ControlSpan(control, first, end - first).holds(at))
                    .count();
            if (controls > most) {
                most = controls;
                fullest = call;
            }
        }
        return fullest;
    }

    Shape latentShape() {
        int factor = parts.autoencoder().spatialFactor();
        return Shape.of(
                inputs.samples(),
                inputs.height() / factor,
                inputs.width() / factor,
                parts.autoencoder().latentChannels());
    }

    // What the model is told.

    private GuidedUnet model(Frame frame, List<TextStates> texts, int first, int end, @Nullable Tensor extra) {
        TextStates all = ordered(frame, texts);
        Unet unet = parts.unet();
        CrossContext context = withReferences(frame, unet.context(frame, all.states()));
        Conditions conditions = conditions(frame, all).withContext(context);
        List<GuidedUnet.Control> controls = new ArrayList<>();
        for (int i = 0; i < request.controls().size(); i++) {
            controls.add(control(frame, i, all, first, end - first));
        }
        return new GuidedUnet(unet, conditions, guidance, extra, controls, onBlock);
    }

    /** Each adapter's pictures beside the text; nothing of them for the negative prompt. */
    private CrossContext withReferences(Frame frame, CrossContext text) {
        CrossContext context = text;
        for (int i = 0; i < request.references().size(); i++) {
            ReferenceImages references = request.references().get(i);
            IpAdapter adapter = parts.ipAdapters().get(i);
            ReferenceEncoder encoder = Objects.requireNonNull(parts.referenceEncoder());
            Tensor seen = adapter.tokens(frame, encoder, references.images());
            Tensor tokens = Batches.repeated(frame, seen, inputs.samples());
            if (guidance.conditions() == 2) {
                Tensor none =
                        adapter.emptyTokens(frame, encoder, references.images().size());
                tokens = Ops.rowsJoined(frame, Batches.repeated(frame, none, inputs.samples()), tokens);
            }
            Image mask = references.mask();
            Tensor where = mask == null ? null : PipelineProcessor.mask(mask, inputs.width(), inputs.height());
            context = context.with(adapter.sources(frame, tokens, (float) references.scale(), where));
        }
        return context;
    }

    /** In the order of the guidance's conditions, each for all samples. */
    private TextStates ordered(Frame frame, List<TextStates> texts) {
        TextStates prompt = texts.getFirst().repeated(frame, inputs.samples());
        if (guidance.conditions() == 1) {
            return prompt;
        }
        TextStates negative = texts.getLast().repeated(frame, inputs.samples());
        return guidance.conditions() == 2
                ? negative.and(frame, prompt)
                : prompt.and(frame, negative).and(frame, negative);
    }

    private Conditions conditions(Frame frame, TextStates all) {
        Conditions conditions = Conditions.none();
        int samples = all.states().dim(0);
        if (parts.guidanceWidth() > 0) {
            Tensor scale =
                    Batches.filled(frame, Shape.of(samples), (float) (1000 * (parts.guidanceScale(request) - 1)));
            conditions = conditions.withGuidance(new Sinusoid(parts.guidanceWidth(), false, 1).apply(frame, scale));
        }
        Tensor pooled = all.pooled();
        if (pooled != null) {
            SizeIds ids = new SizeIds(request, inputs.height(), inputs.width(), parts.asksForAesthetics());
            conditions = conditions.withPooledText(pooled, ids.rows(samples, guidance.conditions() == 2));
        }
        return conditions;
    }

    private GuidedUnet.Control control(Frame frame, int index, TextStates all, int first, int calls) {
        ControlSpan span = new ControlSpan(request.controls().get(index), first, calls);
        Tensor picture = inputs.controls().get(index);
        return switch (parts.controlNets().get(index).weights().get()) {
            case ControlNet net -> controlled(frame, net, picture, all, span);
            case T2iAdapter adapter -> adapted(frame, adapter, picture, all, span);
        };
    }

    private GuidedUnet.Control controlled(
            Frame frame, ControlNet net, Tensor picture, TextStates all, ControlSpan span) {
        ControlImage settings = span.settings();
        int samples = all.states().dim(0);
        boolean promptOnly = settings.guessMode() && guidance.conditions() == 2;
        TextStates seen = promptOnly ? all.rows(samples / 2, samples) : all;
        Conditions conditions = conditions(frame, seen).withContext(net.context(frame, seen.states()));
        Tensor image = Batches.stacked(frame, picture, seen.states().dim(0));
        Tensor hint = net.hint(frame, image);
        return new ControlledNet(net, hint, conditions, span, promptOnly, onBlock);
    }

    private static GuidedUnet.Control adapted(
            Frame frame, T2iAdapter adapter, Tensor picture, TextStates all, ControlSpan span) {
        if (span.settings().guessMode()) {
            throw new IllegalArgumentException("guess mode is for ControlNets; a T2I-Adapter sees no prompt");
        }
        float scale = (float) span.settings().scale();
        List<Tensor> maps = new ArrayList<>();
        try (Frame inner = frame.frame()) {
            for (Tensor map : adapter.residuals(inner, picture, scale).stages()) {
                maps.add(inner.keep(Batches.stacked(inner, map, all.states().dim(0))));
            }
        }
        Residuals residuals = Residuals.ofStages(maps);
        return (caller, samples, timestep, call) -> span.holds(call) ? residuals : null;
    }
}
