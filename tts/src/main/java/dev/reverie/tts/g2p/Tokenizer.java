package dev.reverie.tts.g2p;

import java.util.ArrayList;
import java.util.List;

/**
 * Cuts English text into tokens, by the rules and tables of spaCy's English tokenizer (3.8): chunks between spaces lose
 * signs at both ends and are cut at signs inside, except where a string has a fixed split.
 */
final class Tokenizer {
    private static final class Holder {
        static final Tokenizer ENGLISH = new Tokenizer(SpecialCases.read("tagger/special_cases.tsv.gz"));
    }

    private final ChunkCutter cutter;
    private final SpecialMerger merger;

    private Tokenizer(SpecialCases special) {
        this.cutter = ChunkCutter.read("tagger/patterns.tsv", special);
        this.merger = new SpecialMerger(special, cutter);
    }

    /** The tokenizer, shared and immutable. */
    static Tokenizer english() {
        return Holder.ENGLISH;
    }

    /** Tokens whose texts and spaces, joined, give the text back. */
    List<TextToken> tokenize(String text) {
        List<TextToken> tokens = new ArrayList<>();
        int at = 0;
        while (at < text.length()) {
            boolean spaces = Characters.isSpace(text.charAt(at)); // no space is beyond the BMP
            int end = at + 1;
            while (end < text.length() && Characters.isSpace(text.charAt(end)) == spaces) {
                end++;
            }
            if (spaces && !tokens.isEmpty() && text.charAt(at) == ' ') {
                tokens.add(tokens.removeLast().withSpace(true));
                at++;
            }
            cutter.cut(text, at, end, tokens);
            at = end;
        }
        return merger.merge(text, tokens);
    }
}
