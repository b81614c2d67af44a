package dev.reverie.tts.g2p;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The tokenizer's second pass: puts strings with a fixed split, which the patterns have cut otherwise, together again
 * and splits them as they should be.
 */
final class SpecialMerger {
    /** Tokens {@code from} up to {@code to} that look like a cut special string. */
    private record Range(int from, int to) {
        int length() {
            return to - from;
        }
    }

    private final SpecialCases special;
    /** What the patterns make of special strings, by the first token. */
    private final Map<String, List<List<String>>> cuts = new HashMap<>();

    SpecialMerger(SpecialCases special, ChunkCutter cutter) {
        this.special = special;
        for (String text : special.texts()) {
            if (text.indexOf(' ') >= 0 || cutter.hasAffix(text)) {
                List<String> cut = cutter.cutPlainly(text);
                cuts.computeIfAbsent(cut.getFirst(), first -> new ArrayList<>()).add(cut);
            }
        }
    }

    /** The tokens of {@code text} with special strings mended. */
    List<TextToken> merge(String text, List<TextToken> tokens) {
        List<Range> ranges = findRanges(tokens);
        if (ranges.isEmpty()) {
            return tokens;
        }
        List<Range> taken = choose(ranges, tokens.size());
        List<TextToken> merged = new ArrayList<>();
        int at = 0;
        for (Range range : taken) {
            merged.addAll(tokens.subList(at, range.from));
            addSplit(text, tokens.subList(range.from, range.to), merged);
            at = range.to;
        }
        merged.addAll(tokens.subList(at, tokens.size()));
        return merged;
    }

    private List<Range> findRanges(List<TextToken> tokens) {
        List<Range> ranges = new ArrayList<>();
        for (int i = 0; i < tokens.size(); i++) {
            for (List<String> cut : cuts.getOrDefault(tokens.get(i).text(), List.of())) {
                if (startsWith(tokens, i, cut)) {
                    ranges.add(new Range(i, i + cut.size()));
                }
            }
        }
        return ranges;
    }

    private static boolean startsWith(List<TextToken> tokens, int at, List<String> texts) {
        if (at + texts.size() > tokens.size()) {
            return false;
        }
        for (int k = 1; k < texts.size(); k++) {
            if (!tokens.get(at + k).text().equals(texts.get(k))) {
                return false;
            }
        }
        return true;
    }

    /** Longest first, then leftmost; one that begins or ends in a range seen before is out. In order of place. */
    private static List<Range> choose(List<Range> ranges, int tokenCount) {
        ranges.sort(Comparator.comparingInt(Range::length).reversed().thenComparingInt(Range::from));
        boolean[] seen = new boolean[tokenCount];
        List<Range> taken = new ArrayList<>();
        for (Range range : ranges) {
            if (!seen[range.from] && !seen[range.to - 1]) {
                taken.add(range);
            }
            for (int i = range.from; i < range.to; i++) {
                seen[i] = true;
            }
        }
        taken.sort(Comparator.comparingInt(Range::from));
        return taken;
    }

    private void addSplit(String text, List<TextToken> range, List<TextToken> merged) {
        TextToken last = range.getLast();
        int start = range.getFirst().start();
        List<SpecialCases.Part> parts = special.find(text.substring(start, last.end()));
        if (parts == null) {
            merged.addAll(range); // there is a space inside
            return;
        }
        for (SpecialCases.Part part : parts) {
            merged.add(new TextToken(part.text(), part.norm(), start, false));
            start += part.text().length();
        }
        merged.add(merged.removeLast().withSpace(last.spaced()));
    }
}
