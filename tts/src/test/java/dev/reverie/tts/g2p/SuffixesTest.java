package dev.reverie.tts.g2p;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuffixesTest {
    private static final Suffixes US = new Suffixes(Accent.US);
    private static final Suffixes GB = new Suffixes(Accent.GB);
    private static final Predicate<String> KNOWN =
            Set.of("cat", "church", "city", "pass", "bake", "walk", "run", "mimic", "agree", "do", "add")::contains;

    @ParameterizedTest
    @CsvSource({"cats, cat", "cat's, cat", "churches, church", "cities, city", "passes, pass", "pass,", "as,", "dogs,"})
    void stemOfS(String word, String stem) {
        assertEquals(stem, Suffixes.stemOfS(word, KNOWN));
    }

    @ParameterizedTest
    @CsvSource({"baked, bake", "walked, walk", "agreed, agree", "add,", "bed,", "jumped,"})
    void stemOfEd(String word, String stem) {
        assertEquals(stem, Suffixes.stemOfEd(word, KNOWN));
    }

    @ParameterizedTest
    @CsvSource({"walking, walk", "baking, bake", "running, run", "mimicking, mimic", "doing,", "thing,", "adding, add"})
    void stemOfIng(String word, String stem) {
        assertEquals(stem, Suffixes.stemOfIng(word, KNOWN));
    }

    @ParameterizedTest
    @CsvSource({"kˈæt, kˈæts, kˈæts", "dˈɔɡ, dˈɔɡz, dˈɔɡz", "bˈʌs, bˈʌsᵻz, bˈʌsɪz"})
    void addS(String stem, String us, String gb) {
        assertEquals(us, US.addS(stem));
        assertEquals(gb, GB.addS(stem));
    }

    @ParameterizedTest
    @CsvSource({
        "wˈɔk, wˈɔkt, wˈɔkt",
        "ˈæd, ˈædᵻd, ˈædɪd",
        "wˈAt, wˈAɾᵻd, wˈAtɪd",
        "ˈækt, ˈæktᵻd, ˈæktɪd",
        "ɹˈAn, ɹˈAnd, ɹˈAnd"
    })
    void addEd(String stem, String us, String gb) {
        assertEquals(us, US.addEd(stem));
        assertEquals(gb, GB.addEd(stem));
    }

    @Test
    void addIng() {
        assertEquals("wˈAɾɪŋ", US.addIng("wˈAt"));
        assertEquals("wˈAtɪŋ", GB.addIng("wˈAt"));
        assertEquals("bˈɔtəɪŋ", US.addIng("bˈɔtə"));
        assertNull(GB.addIng("bˈɔːtə"), "an r would be heard");
    }

    @Test
    void nothingStaysNothing() {
        assertNull(US.addS(null));
        assertNull(US.addEd(""));
        assertNull(US.addIng(""));
    }
}
