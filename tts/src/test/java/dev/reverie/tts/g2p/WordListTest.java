package dev.reverie.tts.g2p;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordListTest {

    @Test
    void wordsAreFoundInTheirCase() {
        WordList words = WordList.parse("# mine\nreverie\tɹˈɛvəɹi\n\nJane\tʤˈAn\nReverie\tɹˈɛvɹi\n", "words.tsv");
        assertEquals(3, words.size());
        assertEquals("ɹˈɛvəɹi", words.find("reverie"));
        assertEquals("ɹˈɛvɹi", words.find("Reverie"));
        assertEquals("ɹˈɛvəɹi", words.find("REVERIE"));
        assertNull(words.find("jane"));
    }

    @Test
    void theyComeFirst() {
        WordList words = WordList.parse("the\tzˈi\nGPT-4o\tʤˌipˌitˌi fˈɔɹ ˈO\nmr.\tmˈɪs\n", "words.tsv");
        EnglishG2p g2p = EnglishG2p.of(Accent.US, words);
        assertEquals("zˈi ʤˌipˌitˌi fˈɔɹ ˈO", g2p.phonemize("The GPT-4o").phonemes());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "word ə|line 2: expected word, TAB, phonemes, got 0 TABs",
                "word\\tə\\tə|line 2: expected word, TAB, phonemes, got 2 TABs",
                "two words\\tə|line 2: the word \"two words\" is empty or has a space inside",
                "\\tə|line 2: the word \"\" is empty or has a space inside",
                "word\\t|line 2: the word \"word\" has no phonemes",
                "word\\tw3ːd|line 2: \"3\" is no phoneme (U+0033)"
            })
    void faultsNameTheirLine(String line, String message) {
        String text = "ok\tə\n" + line.replace("\\t", "\t") + "\n";
        Exception fault = assertThrows(IllegalArgumentException.class, () -> WordList.parse(text, "words.tsv"));
        assertEquals("words.tsv, " + message, fault.getMessage());
    }

    @Test
    void filesAreUtf8(@TempDir Path folder) throws IOException {
        Path good = Files.writeString(folder.resolve("good.tsv"), "a\tə\r\nb\tbˈi\r\n");
        assertEquals(2, WordList.read(good).size());
        Path bad = Files.write(folder.resolve("bad.tsv"), new byte[] {'a', '\t', (byte) 0xE9});
        Exception fault = assertThrows(IllegalArgumentException.class, () -> WordList.read(bad));
        assertEquals(bad + ": not UTF-8 text", fault.getMessage());
    }
}
