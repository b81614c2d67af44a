package dev.reverie.tts.g2p;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Strings with a fixed split: {@code can't}, {@code 10am}, {@code :-)}. */
final class SpecialCases {
    /** A piece of such a string; the norm is null where no table gives one. */
    record Part(String text, @Nullable String norm) {}

    private final Map<String, List<Part>> parts = new HashMap<>();
    private int longest;

    /** Reads lines of the string and its parts, each followed by its norm or nothing. */
    static SpecialCases read(String resource) {
        SpecialCases cases = new SpecialCases();
        for (String[] row : G2pData.rows(resource)) {
            List<Part> parts = new ArrayList<>();
            for (int i = 1; i < row.length; i += 2) {
                parts.add(new Part(row[i], row[i + 1].isEmpty() ? null : row[i + 1]));
            }
            cases.parts.put(row[0], List.copyOf(parts));
            cases.longest = Math.max(cases.longest, row[0].length());
        }
        return cases;
    }

    @Nullable
    List<Part> find(String text) {
        return parts.get(text);
    }

    /** The parts of {@code x[from, to)}, or null if that is no special string. */
    @Nullable
    List<Part> find(int[] x, int from, int to) {
        return to - from > longest || to == from ? null : parts.get(new String(x, from, to - from));
    }

    Iterable<String> texts() {
        return parts.keySet();
    }
}
