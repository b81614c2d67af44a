package dev.reverie.nn.tokenizer;

import java.util.List;

/**
 * Ids with a meaning of their own; -1 where a tokenizer has none.
 *
 * @param bos begins a text
 * @param eos ends a text
 * @param pad fills a row up; equal to {@code eos} for SD 1.x, 0 ({@code !}) for the second tokenizer of SDXL
 * @param before what {@link Tokenizer#complete} puts before a text: {@code bos} for CLIP, nothing for T5
 * @param after what it puts after
 */
public record SpecialTokens(int bos, int eos, int pad, List<Integer> before, List<Integer> after) {
    public SpecialTokens {
        before = List.copyOf(before);
        after = List.copyOf(after);
    }
}
