package dev.reverie.tts.g2p;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class LexiconTest {

    @Test
    void everyKeyOfATableIsFoundAndNothingElse() {
        SortedTable table = new SortedTable("'a\tx\nB\ty\nBa\tz\tNN=\nb\tw\n".getBytes(StandardCharsets.UTF_8));
        assertEquals("x", table.find("'a"));
        assertEquals("y", table.find("B"));
        assertEquals("z\tNN=", table.find("Ba"));
        assertEquals("w", table.find("b"));
        for (String missing : new String[] {"", "'", "'aa", "A", "Bb", "Baa", "c", "b\tw"}) {
            assertNull(table.find(missing), missing);
        }
        assertNull(new SortedTable(new byte[0]).find("a"));
    }

    @Test
    void everyLineOfAShippedDictionaryIsFound() {
        byte[] bytes = G2pData.bytes("lexicon/gb_gold.tsv.gz");
        SortedTable table = new SortedTable(bytes);
        String[] lines = new String(bytes, StandardCharsets.UTF_8).split("\n", 0);
        assertEquals(87_352, lines.length);
        for (String line : lines) {
            int tab = line.indexOf('\t');
            assertEquals(line.substring(tab + 1), table.find(line.substring(0, tab)));
        }
    }

    @Test
    void aWordIsFoundInItsOtherCase() {
        Lexicon lexicon = Lexicon.of(Accent.US);
        assertNotNull(lexicon.gold("Hello"));
        assertEquals(lexicon.gold("hello"), lexicon.gold("Hello"));
        assertEquals(lexicon.gold("Amanda"), lexicon.gold("amanda"));
        assertNull(lexicon.gold("HELLO"));
        assertNull(lexicon.gold("hEllo"));
    }

    @Test
    void tagsChooseThePronunciation() {
        LexiconEntry entry = new LexiconEntry("a\tADJ=b\tNOUN=\tNone=c\tVBD=d");
        assertEquals("a", entry.standard());
        assertEquals("a", entry.phonemes(Usage.PLAIN));
        assertEquals("b", entry.phonemes(new Usage("JJR", Stress.NONE, null)));
        assertEquals("d", entry.phonemes(new Usage("VBD", Stress.NONE, null)));
        assertEquals("a", entry.phonemes(new Usage("VB", Stress.NONE, null)));
        assertEquals("c", entry.phonemes(new Usage("VBD", Stress.NONE, Context.END)));
        assertNull(entry.phonemes(new Usage("NN", Stress.NONE, null)), "to be spelled");
    }
}
