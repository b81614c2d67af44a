package dev.reverie.tts.g2p;

import java.util.ArrayList;
import java.util.List;

/**
 * One of the tokenizer's patterns: alternatives that are tried in their order at a place.
 *
 * <p>The patterns use little of what regular expressions can do, but long character classes that {@code
 * java.util.regex} walks range by range; this takes some ten nanoseconds a place, never calls itself and never goes
 * back.
 */
final class AffixPattern {
    /** A part of an alternative. */
    sealed interface Step {}

    /** One character of the set. */
    record One(CodePointSet set) implements Step {}

    /** Characters of the set, as many as there are, at least one. What follows never fits the set. */
    record Many(CodePointSet set) implements Step {}

    /** Characters of these sets stand directly before. */
    record Behind(List<CodePointSet> sets) implements Step {}

    /** A character of the set comes next. */
    record Ahead(CodePointSet set) implements Step {}

    /** No character of the set comes next. */
    record NotAhead(CodePointSet set) implements Step {}

    /** The end of the text. */
    record End() implements Step {}

    private static final int ASCII = 0x80;

    private final List<List<Step>> alternatives;
    /** The alternatives that can begin with an ASCII character, by that character. */
    private final List<List<List<Step>>> byFirst = new ArrayList<>(ASCII);

    private final int longest;

    AffixPattern(List<List<Step>> alternatives) {
        this.alternatives = alternatives;
        this.longest =
                alternatives.stream().mapToInt(AffixPattern::length).max().orElse(0);
        for (int c = 0; c < ASCII; c++) {
            List<List<Step>> fitting = new ArrayList<>();
            for (List<Step> steps : alternatives) {
                if (canBeginWith(steps, c)) {
                    fitting.add(steps);
                }
            }
            byFirst.add(fitting);
        }
    }

    /** End of the match that begins at {@code at} of {@code x[from, to)}, or -1. */
    int matchAt(int[] x, int at, int from, int to) {
        List<List<Step>> candidates = x[at] < ASCII ? byFirst.get(x[at]) : alternatives;
        for (List<Step> steps : candidates) {
            int end = match(steps, x, at, from, to);
            if (end >= 0) {
                return end;
            }
        }
        return -1;
    }

    /** The first place at {@code at} or later where a match begins, or -1. */
    int find(int[] x, int at, int from, int to) {
        for (int i = at; i < to; i++) {
            if (matchAt(x, i, from, to) >= 0) {
                return i;
            }
        }
        return -1;
    }

    /**
     * Length of the leftmost match, all alternatives of which end with the text. A repeated character can only be a
     * full stop, so a match is short but for a run of these.
     */
    int suffixLength(int[] x, int from, int to) {
        int start = Math.max(from, to - longest);
        while (start > from && x[start] == '.' && x[start - 1] == '.') {
            start--;
        }
        int at = find(x, start, from, to);
        return at < 0 ? 0 : to - at;
    }

    private static int match(List<Step> steps, int[] x, int at, int from, int to) {
        int i = at;
        for (Step step : steps) {
            i = after(step, x, i, from, to);
            if (i < 0) {
                return -1;
            }
        }
        return i;
    }

    /** Where the text goes on after a step, or -1 if it does not fit. */
    private static int after(Step step, int[] x, int i, int from, int to) {
        return switch (step) {
            case One one -> i < to && one.set.contains(x[i]) ? i + 1 : -1;
            case Many many -> {
                int end = i;
                while (end < to && many.set.contains(x[end])) {
                    end++;
                }
                yield end > i ? end : -1;
            }
            case Behind behind -> standsBefore(behind.sets, x, i, from) ? i : -1;
            case Ahead ahead -> i < to && ahead.set.contains(x[i]) ? i : -1;
            case NotAhead not -> i < to && not.set.contains(x[i]) ? -1 : i;
            case End end -> i == to ? i : -1;
        };
    }

    private static boolean standsBefore(List<CodePointSet> sets, int[] x, int at, int from) {
        int start = at - sets.size();
        if (start < from) {
            return false;
        }
        for (int k = 0; k < sets.size(); k++) {
            if (!sets.get(k).contains(x[start + k])) {
                return false;
            }
        }
        return true;
    }

    private static boolean canBeginWith(List<Step> steps, int c) {
        for (Step step : steps) {
            if (step instanceof One one) {
                return one.set.contains(c);
            }
            if (step instanceof Many many) {
                return many.set.contains(c);
            }
        }
        return true;
    }

    private static int length(List<Step> steps) {
        return (int) steps.stream()
                .filter(s -> s instanceof One || s instanceof Many)
                .count();
    }
}
