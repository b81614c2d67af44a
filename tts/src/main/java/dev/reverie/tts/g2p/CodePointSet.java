package dev.reverie.tts.g2p;

import java.util.Arrays;

/** A set of code points: bits for ASCII, sorted ranges for the rest. */
final class CodePointSet {
    private static final int ASCII = 0x80;

    private final boolean[] ascii = new boolean[ASCII];
    /** Ends of the ranges beyond ASCII, ascending, and their starts. */
    private final int[] ends;

    private final int[] starts;

    /** The union of ranges that are sorted and apart; pairs of first and last member. */
    CodePointSet(int[] ranges) {
        int[] ends = new int[ranges.length / 2];
        int[] starts = new int[ranges.length / 2];
        int n = 0;
        for (int i = 0; i < ranges.length; i += 2) {
            for (int c = ranges[i]; c <= Math.min(ranges[i + 1], ASCII - 1); c++) {
                ascii[c] = true;
            }
            if (ranges[i + 1] >= ASCII) {
                starts[n] = ranges[i];
                ends[n++] = ranges[i + 1];
            }
        }
        this.ends = Arrays.copyOf(ends, n);
        this.starts = Arrays.copyOf(starts, n);
    }

    boolean contains(int c) {
        if (c < ASCII) {
            return ascii[c];
        }
        int at = Arrays.binarySearch(ends, c);
        int range = at >= 0 ? at : -at - 1; // the first that ends at c or later
        return range < ends.length && starts[range] <= c;
    }
}
