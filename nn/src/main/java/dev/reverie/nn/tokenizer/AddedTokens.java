package dev.reverie.nn.tokenizer;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Tokens that are cut out of a text before anything else looks at it: the leftmost first, of these the longest. */
final class AddedTokens {
    /** Takes the parts of a text in their order. */
    interface Parts {
        void text(int from, int to);

        void token(AddedToken token, int from, int to);
    }

    private final List<AddedToken> tokens;
    private final Trie trie;

    AddedTokens(List<AddedToken> tokens) {
        this.tokens = List.copyOf(tokens);
        this.trie = new Trie(
                tokens.stream().mapToInt(token -> token.content().length()).sum());
        for (int i = 0; i < tokens.size(); i++) {
            trie.add(tokens.get(i).content(), i);
        }
    }

    /** These tokens and one more. */
    AddedTokens plus(AddedToken token) {
        List<AddedToken> more = new ArrayList<>(tokens);
        more.add(token);
        return new AddedTokens(more);
    }

    /** The token of that spelling, or null. */
    @Nullable
    AddedToken find(String content) {
        int index = trie.find(content);
        return index < 0 ? null : tokens.get(index);
    }

    List<AddedToken> list() {
        return tokens;
    }

    /** Cuts a text into tokens and what lies between them, empty parts left out. */
    void split(String text, Parts parts) {
        int done = 0;
        int at = 0;
        while (!tokens.isEmpty() && at < text.length()) {
            int end = longestMatch(text, at);
            if (end < 0) {
                at++;
                continue;
            }
            if (done < at) {
                parts.text(done, at);
            }
            parts.token(Objects.requireNonNull(find(text.substring(at, end))), at, end);
            done = end;
            at = end;
        }
        if (done < text.length()) {
            parts.text(done, text.length());
        }
    }

    /** End of the longest token that begins at {@code from}, or -1. */
    private int longestMatch(String text, int from) {
        int end = -1;
        int node = trie.child(0, text.charAt(from));
        for (int i = from + 1; node >= 0; i++) {
            if (trie.number(node) >= 0) {
                end = i;
            }
            node = i < text.length() ? trie.child(node, text.charAt(i)) : -1;
        }
        return end;
    }
}
