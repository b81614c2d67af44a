package dev.reverie.tts.kokoro;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** The name that somebody who mistyped one may have meant. */
final class NearestName {
    /** More changes would make {@code af_sky} of any three letters. */
    private static final int MOST_CHANGES = 2;

    private NearestName() {}

    /** The first of the names that take fewest letters to change, case aside; nothing if all take more than two. */
    static Optional<String> of(String typed, Collection<String> names) {
        String lower = typed.toLowerCase(Locale.ROOT);
        return names.stream()
                .min(Comparator.comparingInt(name -> changes(lower, name.toLowerCase(Locale.ROOT))))
                .filter(name -> changes(lower, name.toLowerCase(Locale.ROOT)) <= MOST_CHANGES);
    }

    /** Letters to put in, leave out or replace (Levenshtein's distance). */
    private static int changes(String a, String b) {
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
