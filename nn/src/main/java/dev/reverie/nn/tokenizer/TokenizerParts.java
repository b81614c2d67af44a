package dev.reverie.nn.tokenizer;

import java.util.List;

/**
 * What one kind of vocabulary file says about a tokenizer.
 *
 * @param before ids before a text
 * @param after ids after it
 */
record TokenizerParts(
        TextNormalizer normalizer,
        TokenModel model,
        List<AddedToken> added,
        List<Integer> before,
        List<Integer> after) {}
