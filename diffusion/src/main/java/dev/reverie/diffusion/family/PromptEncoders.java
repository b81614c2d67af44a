package dev.reverie.diffusion.family;

import dev.reverie.diffusion.ImageRequest;
import dev.reverie.diffusion.prompt.TokenWindows;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Ops;
import dev.reverie.tensor.Shape;
import dev.reverie.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The one or two text encoders of a model; states of two lie side by side.
 *
 * @param pools whether the last one pools, for models that ask for it
 * @param zeroNegative whether no negative prompt means zeros, instead of what an empty text is encoded to
 */
record PromptEncoders(List<PromptEncoder> encoders, boolean pools, boolean zeroNegative) {
    PromptEncoders {
        encoders = List.copyOf(encoders);
    }

    /** Of the prompt, then, if {@code guided}, of the negative prompt; both with as many tokens. */
    List<TextStates> encode(Frame caller, ImageRequest request, boolean guided) {
        List<List<TokenWindows>> texts = new ArrayList<>();
        texts.add(windows(request.prompt(), request.secondPrompt(), request.weightedPrompt()));
        if (guided) {
            String negative = request.negativePrompt() == null ? "" : request.negativePrompt();
            texts.add(windows(negative, request.secondNegativePrompt(), request.weightedPrompt()));
        }
        int count = texts.stream()
                .flatMap(List::stream)
                .mapToInt(TokenWindows::count)
                .max()
                .orElse(1);
        List<TextStates> states = new ArrayList<>();
        for (List<TokenWindows> text : texts) {
            boolean zeros = zeroNegative && !states.isEmpty() && request.negativePrompt() == null;
            int clipSkip = states.isEmpty() ? request.clipSkip() : 0; // as in diffusers, for the prompt alone
            states.add(zeros ? zerosLike(states.getFirst()) : states(caller, text, count, clipSkip));
        }
        return states;
    }

    /** Of the encoders' weights, as long as they are held. */
    long heldBytes() {
        return encoders.stream()
                .mapToLong(encoder -> encoder.weights().heldBytes())
                .sum();
    }

    /** Lets go of the encoders' weights until a prompt is encoded next. */
    void release() {
        encoders.forEach(encoder -> encoder.weights().release());
    }

    private List<TokenWindows> windows(String text, @Nullable String second, boolean weighted) {
        List<TokenWindows> windows = new ArrayList<>();
        for (int i = 0; i < encoders.size(); i++) {
            windows.add(encoders.get(i).windows(i > 0 && second != null ? second : text, weighted));
        }
        return windows;
    }

    private TextStates states(Frame caller, List<TokenWindows> text, int count, int clipSkip) {
        try (Frame frame = caller.frame()) {
            Tensor[] parts = new Tensor[encoders.size()];
            for (int i = 0; i < parts.length; i++) {
                PromptEncoder encoder = encoders.get(i);
                parts[i] = encoder.states(frame, encoder.padded(text.get(i), count), clipSkip);
            }
            Tensor joined = parts.length == 1 ? parts[0] : Ops.concat(frame, parts);
            Tensor pooled = pools ? encoders.getLast().pooled(frame, text.getLast()) : null;
            return new TextStates(frame.keep(joined), pooled == null ? null : frame.keep(pooled));
        }
    }

    private static TextStates zerosLike(TextStates states) {
        Tensor pooled = states.pooled();
        return new TextStates(zeros(states.states().shape()), pooled == null ? null : zeros(pooled.shape()));
    }

    private static Tensor zeros(Shape shape) {
        return Tensor.zeros(shape);
    }
}
