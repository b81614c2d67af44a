package dev.reverie.tts.g2p;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The pronunciation dictionaries of an accent: gold, made by hand, and silver, made by machine and asked second.
 *
 * <p>A word in lower case is also found with a capital, and the other way round, if the dictionary does not have it as
 * asked. Silver is read when it is first needed.
 */
final class Lexicon {
    private static final Lexicon US = new Lexicon(Accent.US);
    private static final Lexicon GB = new Lexicon(Accent.GB);

    private final Accent accent;
    private volatile @Nullable SortedTable gold;
    private volatile @Nullable SortedTable silver;

    private Lexicon(Accent accent) {
        this.accent = accent;
    }

    /** The dictionaries of an accent, shared and immutable. */
    static Lexicon of(Accent accent) {
        return accent == Accent.US ? US : GB;
    }

    /** The hand-made entry of a word, or null. */
    @Nullable
    LexiconEntry gold(String word) {
        SortedTable table = gold;
        if (table == null) {
            gold = table = read("gold");
        }
        return find(table, word);
    }

    /** The machine-made entry of a word, or null. */
    @Nullable
    LexiconEntry silver(String word) {
        SortedTable table = silver;
        if (table == null) {
            silver = table = read("silver");
        }
        return find(table, word);
    }

    boolean has(String word) {
        return gold(word) != null || silver(word) != null;
    }

    private synchronized SortedTable read(String quality) {
        return new SortedTable(G2pData.bytes("lexicon/%s_%s.tsv.gz".formatted(accent.code(), quality)));
    }

    private static @Nullable LexiconEntry find(SortedTable table, String word) {
        String fields = table.find(word);
        if (fields == null && word.length() > 1) {
            String other = otherCase(word);
            fields = other == null ? null : table.find(other);
        }
        return fields == null ? null : new LexiconEntry(fields);
    }

    /** {@code word} for {@code Word}, {@code Word} for {@code word}; null for other patterns of capitals. */
    private static @Nullable String otherCase(String word) {
        String lower = word.toLowerCase(Locale.ROOT);
        String title = Character.toUpperCase(lower.charAt(0)) + lower.substring(1);
        if (lower.equals(title)) {
            return null;
        }
        if (word.equals(lower)) {
            return title;
        }
        return word.equals(title) ? lower : null;
    }
}
