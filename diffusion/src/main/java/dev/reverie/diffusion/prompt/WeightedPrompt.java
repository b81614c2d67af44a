package dev.reverie.diffusion.prompt;

import java.util.List;

/**
 * A prompt with weights, in the notation of web interfaces.
 *
 * <ul>
 *   <li>{@code (x)} multiplies the weight of x by 1.1, {@code [x]} divides it by 1.1, {@code (x:1.3)} multiplies it by
 *       1.3; brackets nest. Round and square ones are matched separately, so they may cross.
 *   <li>A backslash makes a bracket or a backslash plain text; before anything else it disappears.
 *   <li>A bracket left open is closed at the end; a closing one without its opening one is plain text.
 *   <li>{@code BREAK} as a word of its own ends a section: the next begins a new window of tokens.
 * </ul>
 *
 * @param sections at least one; neighbours in a section have different weights; blanks are kept
 */
public record WeightedPrompt(List<List<PromptPiece>> sections) {
    public WeightedPrompt {
        sections = sections.stream().map(List::copyOf).toList();
        if (sections.isEmpty()) {
            throw new IllegalArgumentException("a prompt has at least one section");
        }
    }

    /**
     * Reads the notation, in time linear in the text.
     *
     * @throws IllegalArgumentException if brackets multiply to a weight that is not finite
     */
    public static WeightedPrompt parse(String text) {
        return new PromptParser(text).parse();
    }

    /** A text that means itself, brackets and all. */
    public static WeightedPrompt plain(String text) {
        return new WeightedPrompt(List.of(List.of(new PromptPiece(text, 1))));
    }
}
