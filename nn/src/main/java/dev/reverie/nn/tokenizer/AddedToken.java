package dev.reverie.nn.tokenizer;

import java.util.List;

/**
 * A token outside of the model's own vocabulary, or set apart in it: matched as it is, wherever it stands.
 *
 * @param content its spelling
 * @param normalized whether it is looked for in the normalised text (lower case, for CLIP) or in the text as it came
 * @param ids what it becomes: one id, or one for each vector of a textual inversion
 */
public record AddedToken(String content, boolean normalized, List<Integer> ids) {
    public AddedToken {
        ids = List.copyOf(ids);
        if (content.isEmpty()) {
            throw new IllegalArgumentException("an added token has no characters");
        }
        if (ids.isEmpty() || ids.stream().anyMatch(id -> id < 0)) {
            throw new IllegalArgumentException("added token \"%s\" has the ids %s".formatted(content, ids));
        }
    }
}
