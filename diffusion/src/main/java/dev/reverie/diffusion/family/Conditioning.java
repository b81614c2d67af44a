package dev.reverie.diffusion.family;

import dev.reverie.diffusion.ControlImage;
import dev.reverie.diffusion.Image;
import dev.reverie.diffusion.ImageRequest;
import dev.reverie.diffusion.ReferenceImages;
import dev.reverie.diffusion.adapter.IpAdapter;
import dev.reverie.diffusion.adapter.ReferenceEncoder;
import dev.reverie.diffusion.guidance.Guidance;
import dev.reverie.diffusion.image.PipelineProcessor;
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

/**
 * What a run tells its model, the same at each step: the texts, the guidance scale and sizes where the model takes them,
 * the pictures of IP-Adapters, ControlNets and T2I-Adapters.
 *
 * @param onBlock called before each block of a ControlNet and of the U-Net
 */
record Conditioning(
        StableDiffusionParts parts, ImageRequest request, RunInputs inputs, Guidance guidance, Runnable onBlock) {

    /**
     * The U-Net with all that it is told.
     *
     * @param texts of the prompt and, with guidance, of the negative prompt
     * @param first the run's first call of its schedule
     * @param end the call before which it ends
     * @param extra channels beside each sample, {@code [guidance.conditions() N, h, w, C]}; or null
     */
    GuidedUnet model(Frame frame, List<TextStates> texts, int first, int end, @Nullable Tensor extra) {
        TextStates all = ordered(frame, texts);
        Unet unet = parts.unet();
        CrossContext context = withReferences(frame, unet.context(frame, all.states()));
        Conditions conditions = conditions(frame, all).withContext(context);
        List<GuidedUnet.Control> controls = new ArrayList<>();
        for (int i = 0; i < request.controls().size(); i++) {
            controls.add(
                    control(frame, i, all, new ControlSpan(request.controls().get(i), first, end - first)));
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

    private GuidedUnet.Control control(Frame frame, int index, TextStates all, ControlSpan span) {
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
