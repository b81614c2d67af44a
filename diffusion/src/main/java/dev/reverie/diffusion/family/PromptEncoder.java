package dev.reverie.diffusion.family;

import dev.reverie.diffusion.prompt.TokenWeights;
import dev.reverie.diffusion.prompt.TokenWindows;
import dev.reverie.diffusion.prompt.WeightedPrompt;
import dev.reverie.nn.encoder.ClipText;
import dev.reverie.nn.tokenizer.Tokenizer;
import dev.reverie.nn.tokenizer.Tokens;
import dev.reverie.tensor.Frame;
import dev.reverie.tensor.Tensor;
import java.util.Arrays;

/**
 * A CLIP text encoder with its tokenizer, as Stable Diffusion asks it.
 *
 * @param weights of the encoder, which may be let go of once prompts are encoded
 * @param normalized whether states of an early layer are normalised: Stable Diffusion 1 and 2 do, SDXL does not
 * @param skipped layers at the end that are left out always: 1 for SDXL
 */
record PromptEncoder(Tokenizer tokenizer, Reloadable<ClipText> weights, boolean normalized, int skipped) {

    private ClipText encoder() {
        return weights.get();
    }

    /** Rows of a prompt: in plain mode one, cut; else as many windows as it needs. */
    TokenWindows windows(String prompt, boolean weighted) {
        if (weighted) {
            return TokenWindows.of(WeightedPrompt.parse(prompt), tokenizer, length());
        }
        int pad = tokenizer.special().pad() < 0
                ? tokenizer.special().eos()
                : tokenizer.special().pad();
        Tokens row = tokenizer.complete(prompt, length()).paddedTo(length(), pad);
        float[] ones = new float[length()];
        Arrays.fill(ones, 1f);
        return new TokenWindows(new int[][] {row.ids()}, new float[][] {ones});
    }

    /** Windows of nothing, up to {@code count}. */
    TokenWindows padded(TokenWindows windows, int count) {
        return windows.paddedTo(count, tokenizer);
    }

    private int length() {
        return encoder().config().positions();
    }

    /** {@code [1, windows L, width]}. */
    Tensor states(Frame caller, TokenWindows windows, int clipSkip) {
        try (Frame frame = caller.frame()) {
            ClipText encoder = encoder();
            Tensor states = encoder.hidden(frame, windows.ids(), skip(clipSkip));
            if (normalized) {
                states = encoder.finalNorm().apply(frame, states);
            }
            TokenWeights weights = windows.isPlain() ? TokenWeights.PLAIN : TokenWeights.KEPT_MEAN;
            return frame.keep(weights.apply(frame, states, windows.weights()));
        }
    }

    /** The first window in one vector: {@code [1, width of the projection]}. */
    Tensor pooled(Frame caller, TokenWindows windows) {
        int[][] first = {windows.ids()[0]};
        ClipText encoder = encoder();
        try (Frame frame = caller.frame()) {
            Tensor last = encoder.last(frame, encoder.hidden(frame, first, 0), 0);
            return frame.keep(encoder.projected(frame, encoder.pooled(frame, last, first)));
        }
    }

    private int skip(int clipSkip) {
        int skip = skipped + clipSkip;
        if (skip > encoder().layers().size()) {
            throw new IllegalArgumentException("clip skip %d is more than the text encoder's %d layers"
                    .formatted(clipSkip, encoder().layers().size()));
        }
        return skip;
    }
}
