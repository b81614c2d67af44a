package dev.reverie.tensor.kernel;

import java.util.Arrays;

/**
 * The stretches of k that lie side by side in the left factor: run {@code i} is {@code length(i)} elements from
 * {@code shift(i)} on, counted from where a row begins. A linear layer has one, a convolution one a tap or fewer.
 */
final class Runs {
    /**
     * The longest run of one pass: 384 steps of a full panel and of 6 rows are 96 + 9 KiB with 16 lanes, so the rows
     * stay in the first-level cache and the panels of {@link Product#COLUMNS} columns in the second.
     */
    static final int LONGEST = 384;

    private final int[] shifts;
    private final int[] lengths;

    private Runs(int[] shifts, int[] lengths) {
        this.shifts = shifts;
        this.lengths = lengths;
    }

    /** One run from the row's beginning. */
    static Runs of(int k) {
        return of(new int[] {0}, k);
    }

    /** Runs of equal length; neighbours become one, and long ones are cut into about equal parts. */
    static Runs of(int[] starts, int length) {
        int[] shifts = new int[starts.length * (length / LONGEST + 1)];
        int[] lengths = new int[shifts.length];
        int count = 0;
        for (int i = 0, next; i < starts.length; i = next) {
            next = i + 1;
            while (next < starts.length && starts[next] == starts[next - 1] + length) {
                next++;
            }
            int whole = (next - i) * length;
            int parts = (whole + LONGEST - 1) / LONGEST;
            for (int part = 0; part < parts; part++) {
                int from = cut(whole, part, parts);
                shifts[count] = starts[i] + from;
                lengths[count++] = cut(whole, part + 1, parts) - from;
            }
        }
        return new Runs(Arrays.copyOf(shifts, count), Arrays.copyOf(lengths, count));
    }

    /** Cuts lie at sixteens, which whole vectors of any width fill. */
    private static int cut(int whole, int part, int parts) {
        return part == parts ? whole : (int) ((long) whole * part / parts) & ~15;
    }

    int count() {
        return shifts.length;
    }

    int shift(int run) {
        return shifts[run];
    }

    int length(int run) {
        return lengths[run];
    }
}
