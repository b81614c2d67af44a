package dev.reverie.tts.g2p;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A table of {@code key TAB value} lines sorted by their ASCII keys, kept as the bytes of its file and searched by
 * halving: it needs no preparation and no object a line.
 */
final class SortedTable {
    private final byte[] bytes;

    SortedTable(byte[] bytes) {
        this.bytes = bytes;
    }

    /** What stands after the key's TAB, or null. */
    @Nullable
    String find(String key) {
        int low = 0;
        int high = bytes.length; // both are starts of lines
        while (low < high) {
            int start = lineStart((low + high) >>> 1, low);
            int order = compare(key, start);
            if (order == 0) {
                int value = start + key.length() + 1;
                return new String(bytes, value, lineEnd(value) - value, StandardCharsets.UTF_8);
            }
            if (order < 0) {
                high = start;
            } else {
                low = lineEnd(start) + 1;
            }
        }
        return null;
    }

    private int lineStart(int inside, int lowest) {
        int start = inside;
        while (start > lowest && bytes[start - 1] != '\n') {
            start--;
        }
        return start;
    }

    private int lineEnd(int inside) {
        int end = inside;
        while (end < bytes.length && bytes[end] != '\n') {
            end++;
        }
        return end;
    }

    /** Sign of key minus the key of the line at {@code start}. */
    private int compare(String key, int start) {
        for (int i = 0; i < key.length(); i++) {
            byte there = bytes[start + i];
            if (there == '\t') {
                return 1;
            }
            if (there != key.charAt(i)) {
                return key.charAt(i) - there;
            }
        }
        return bytes[start + key.length()] == '\t' ? 0 : -1;
    }
}
