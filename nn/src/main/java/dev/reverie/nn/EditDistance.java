package dev.reverie.nn;

/** How far a mistyped name is from a known one, for saying what was perhaps meant. */
public final class EditDistance {
    private EditDistance() {}

    /**
     * Letters to put in, leave out or replace to make {@code b} of {@code a} (V. I. Levenshtein, Binary codes capable of
     * correcting deletions, insertions, and reversals, 1966).
     */
    public static int between(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
