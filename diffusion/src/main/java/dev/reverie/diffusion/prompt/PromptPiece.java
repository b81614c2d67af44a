package dev.reverie.diffusion.prompt;

/**
 * A part of a prompt and how much it weighs.
 *
 * @param weight 1 for plain text; finite, may be zero or negative
 */
public record PromptPiece(String text, double weight) {
    public PromptPiece {
        if (!Double.isFinite(weight)) {
            String head = text.length() <= 40 ? text : text.substring(0, 40) + "..";
            throw new IllegalArgumentException(
                    "the brackets around \"%s\" make a weight that is not finite: %s".formatted(head, weight));
        }
    }
}
