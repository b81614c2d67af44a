package dev.reverie.tts.g2p;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One of the tokenizer's patterns: alternatives that are tried in their order at a place.
 *
 * <p>The patterns use little of what regular expressions can do, but long character classes that {@code
 * java.util.regex} walks range by range; this takes some ten nanoseconds a place, never calls itself and never goes
 * back.
 */
final class AffixPattern {
    /** A part of an alternative. */
    sealed interface Step {
        /** Where the text {@code x[from, to)} goes on if the step fits at {@code i}; -1 if it does not. */
        int after(int[] x, int i, int from, int to);

        /** The set of the characters that the step takes; null if it only looks around. */
        default @Nullable CodePointSet taken() {
            return null;
        }
    }

    /** One character of the set. */
    record One(CodePointSet taken) implements Step {
        @Override
        public int after(int[] x, int i, int from, int to) {
            return i < to && taken.contains(x[i]) ? i + 1 : -1;
        }
    }

    /** Characters of the set, as many as there are, at least one. What follows never fits the set. */
    record Many(CodePointSet taken) implements Step {
        @Override
        public int after(int[] x, int i, int from, int to) {
            int end = i;
            while (end < to && taken.contains(x[end])) {
                end++;
            }
            return end > i ? end : -1;
        }
    }

    /** Characters of these sets stand directly before. */
    record Behind(List<CodePointSet> sets) implements Step {
        @Override
        public int after(int[] x, int i, int from, int to) {
            int start = i - sets.size();
            if (start < from) {
                return -1;
            }
            for (int k = 0; k < sets.size(); k++) {
                if (!sets.get(k).contains(x[start + k])) {
                    return -1;
                }
            }
            return i;
        }
    }

    /** A character of the set comes next. */
    record Ahead(CodePointSet set) implements Step {
        @Override
        public int after(int[] x, int i, int from, int to) {
            return i < to && set.contains(x[i]) ? i : -1;
        }
    }

    /** No character of the set comes next. */
    record NotAhead(CodePointSet set) implements Step {
        @Override
        public int after(int[] x, int i, int from, int to) {
            return i < to && set.contains(x[i]) ? -1 : i;
        }
    }

    /** The end of the text. */
    record End() implements Step {
        @Override
        public int after(int[] x, int i, int from, int to) {
            return i == to ? i : -1;
        }
    }

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
        for (int k = 0; i >= 0 && k < steps.size(); k++) {
            i = steps.get(k).after(x, i, from, to);
        }
        return i;
    }

    private static boolean canBeginWith(List<Step> steps, int c) {
        for (Step step : steps) {
            CodePointSet first = step.taken();
            if (first != null) {
                return first.contains(c);
            }
        }
        return true;
    }

    /** Characters that the steps take at least. */
    private static int length(List<Step> steps) {
        int length = 0;
        for (Step step : steps) {
            length += step.taken() == null ? 0 : 1;
        }
        return length;
    }
}
