package dev.reverie.tts.g2p;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What the tagger sees of a token: six 64-bit keys, each with four rows of its attribute's table. */
final class TagFeatures {
    /** The attributes in their order, with the size of their tables and the seed of their rows. */
    enum Attribute {
        NORM(5000, 8),
        PREFIX(1000, 9),
        SUFFIX(2500, 10),
        SHAPE(2500, 11),
        SPACY(50, 12),
        IS_SPACE(50, 13);

        private final int rows;
        private final int seed;

        Attribute(int rows, int seed) {
            this.rows = rows;
            this.seed = seed;
        }

        int rowCount() {
            return rows;
        }

        /** The four rows of a key; equal ones count twice. */
        int[] rows(long key) {
            return Murmur.rows(key, seed, rows);
        }
    }

    static final List<Attribute> ATTRIBUTES = List.of(Attribute.values());

    private static final int SUFFIX_LENGTH = 3;
    private static final int LONGEST_SHAPE = 100;
    private static final int LONGEST_RUN = 4;

    private final Map<String, String> norms = new HashMap<>();
    private final Map<String, Long> symbols = new HashMap<>();

    /** Reads the tables of norms and of strings whose key is a small number. */
    TagFeatures() {
        G2pData.rows("tagger/norms.tsv.gz").forEach(row -> norms.put(row[0], row[1]));
        G2pData.rows("tagger/symbols.tsv.gz").forEach(row -> symbols.put(row[0], Long.valueOf(row[1])));
    }

    /** The keys, in the order of {@link #ATTRIBUTES}. */
    long[] keys(TextToken token) {
        int[] x = token.text().codePoints().toArray();
        int suffixStart = Math.max(0, x.length - SUFFIX_LENGTH);
        return new long[] {
            key(norm(token)),
            key(Character.toString(x[0])),
            key(new String(x, suffixStart, x.length - suffixStart)),
            key(shape(x)),
            token.spaced() ? 1 : 0,
            Characters.isSpaces(token.text()) ? 1 : 0
        };
    }

    /** The key of a string. */
    long key(String text) {
        Long number = symbols.get(text);
        return number != null ? number : Murmur.key(text.getBytes(StandardCharsets.UTF_8));
    }

    private String norm(TextToken token) {
        String given = token.norm();
        if (given != null) {
            return given;
        }
        String norm = norms.get(token.text());
        return norm != null ? norm : token.text().toLowerCase(Locale.ROOT);
    }

    /** {@code Xxxxx} for Hello, {@code d.d} for 3.5: of a run of the same kind only four are kept. */
    static String shape(int[] text) {
        if (text.length >= LONGEST_SHAPE) {
            return "LONG";
        }
        StringBuilder shape = new StringBuilder();
        int last = -1;
        int run = 0;
        for (int c : text) {
            int kind = kind(c);
            run = kind == last ? run + 1 : 1;
            last = kind;
            if (run <= LONGEST_RUN) {
                shape.appendCodePoint(kind);
            }
        }
        return shape.toString();
    }

    private static int kind(int c) {
        if (Character.isLetter(c)) {
            return Character.isUpperCase(c) ? 'X' : 'x';
        }
        return Characters.isDigit(c) ? 'd' : c;
    }
}
