package dev.reverie.tts.g2p;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads the part of the syntax of regular expressions that the tokenizer's patterns use: alternatives, {@code (?:)},
 * classes of ranges, {@code +}, {@code \x{H}}, {@code \z}, and looks around of single alternatives. Groups are
 * multiplied out, so what comes of it are flat alternatives.
 */
final class AffixPatternParser {
    private final String regex;
    private int at;

    private AffixPatternParser(String regex) {
        this.regex = regex;
    }

    static AffixPattern parse(String regex) {
        AffixPatternParser parser = new AffixPatternParser(regex);
        parser.take("^"); // only ever asked at the start
        AffixPattern pattern = new AffixPattern(parser.choice());
        parser.require(parser.at == regex.length());
        return pattern;
    }

    private List<List<AffixPattern.Step>> choice() {
        List<List<AffixPattern.Step>> alternatives = new ArrayList<>();
        do {
            alternatives.addAll(sequence());
        } while (take("|"));
        return alternatives;
    }

    /** A sequence, multiplied out: one way through it for each choice of alternatives inside. */
    private List<List<AffixPattern.Step>> sequence() {
        List<List<AffixPattern.Step>> ways = List.of(List.of());
        while (at < regex.length() && regex.charAt(at) != '|' && regex.charAt(at) != ')') {
            List<List<AffixPattern.Step>> longer = new ArrayList<>();
            List<List<AffixPattern.Step>> next = atom();
            for (List<AffixPattern.Step> way : ways) {
                for (List<AffixPattern.Step> end : next) {
                    List<AffixPattern.Step> joined = new ArrayList<>(way);
                    joined.addAll(end);
                    longer.add(joined);
                }
            }
            ways = longer;
        }
        return ways;
    }

    private List<List<AffixPattern.Step>> atom() {
        if (take("(?:")) {
            List<List<AffixPattern.Step>> inner = choice();
            require(take(")"));
            return inner;
        }
        return List.of(List.of(step()));
    }

    private AffixPattern.Step step() {
        if (take("\\z")) {
            return new AffixPattern.End();
        }
        if (take("(?=")) {
            return new AffixPattern.Ahead(lookedFor());
        }
        if (take("(?!")) {
            return new AffixPattern.NotAhead(lookedFor());
        }
        if (take("(?<=")) {
            List<CodePointSet> sets = new ArrayList<>();
            while (!take(")")) {
                sets.add(set());
            }
            return new AffixPattern.Behind(sets);
        }
        CodePointSet set = set();
        return take("+") ? new AffixPattern.Many(set) : new AffixPattern.One(set);
    }

    private CodePointSet lookedFor() {
        CodePointSet set = set();
        require(take(")"));
        return set;
    }

    /** A class or a single character. */
    private CodePointSet set() {
        if (!take("[")) {
            int c = character();
            return new CodePointSet(new int[] {c, c});
        }
        int[] ranges = new int[16];
        int n = 0;
        while (!take("]")) {
            int first = character();
            int last = take("-") ? character() : first;
            ranges = n + 2 > ranges.length ? Arrays.copyOf(ranges, 2 * n) : ranges;
            ranges[n++] = first;
            ranges[n++] = last;
            require(last >= first && (n < 4 || ranges[n - 3] < first));
        }
        return new CodePointSet(Arrays.copyOf(ranges, n));
    }

    private int character() {
        if (take("\\x{")) {
            int end = regex.indexOf('}', at);
            int c = Integer.parseInt(regex, at, end, 16);
            at = end + 1;
            return c;
        }
        require(at < regex.length() && "\\^$.|?*+()[]{}".indexOf(regex.charAt(at)) < 0);
        return regex.charAt(at++);
    }

    private boolean take(String expected) {
        boolean there = regex.startsWith(expected, at);
        at += there ? expected.length() : 0;
        return there;
    }

    private void require(boolean expected) {
        if (!expected) {
            throw new IllegalStateException("tagger/patterns.tsv: cannot read \"%s\" at %d"
                    .formatted(regex.substring(Math.max(0, at - 10), Math.min(regex.length(), at + 10)), at));
        }
    }
}
