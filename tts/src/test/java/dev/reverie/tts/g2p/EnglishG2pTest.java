package dev.reverie.tts.g2p;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnglishG2pTest {
    private static final EnglishG2p US = EnglishG2p.us();
    private static final EnglishG2p GB = EnglishG2p.gb();

    @Test
    void bothAccents() {
        assertEquals("ðə bˈɜɹʧ kənˈu", US.phonemize("The birch canoe").phonemes());
        assertEquals("ðə bˈɜːʧ kənˈuː", GB.phonemize("The birch canoe").phonemes());
    }

    @Test
    void spansAreThoseOfTheText() {
        String text = "  The café’s [owner](2) 😀\n can't paid $3.50 to\tHTTPServer—ok?";
        List<String> covered = new ArrayList<>();
        int end = 0;
        for (PhonemeToken token : US.phonemize(text).tokens()) {
            assertTrue(token.start() >= end && token.end() > token.start(), token.toString());
            end = token.end();
            covered.add(text.substring(token.start(), token.end()));
        }
        assertEquals(
                List.of("The", "café’s", "owner", "can't", "paid", "$", "3.50", "to", "HTTPServer", "—", "ok", "?"),
                covered);
    }

    @Test
    void markup() {
        assertEquals(
                "ʃɪvˈɔn sˈɛd hˈI.", US.phonemize("[Siobhan](/ʃɪvˈɔn/) said hi.").phonemes());
        PhonemeToken whole =
                US.phonemize("the [New York](/nuˈjɔɹk/) subway").tokens().get(1);
        assertEquals("New York", whole.text());
        assertEquals("nuˈjɔɹk", whole.phonemes());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "ChatGPT|ʧˌætʤˌipˌitˈi",
                "HTTPServer|ˌAʧtˌitˌipˈisˌɜɹvəɹ",
                "html|ˌAʧtˌiˌɛmˈɛl",
                "5:30|fˈIv θˈɜɹTi",
                "25°C|twˈɛnti fˈIv dəɡɹˈiz sˈi",
                "x = 2|ˈɛks ˈikwᵊlz tˈu",
                "Kubernetes|kˌubəɹnˈɛtiz",
                "Utterson's|ˈʌTəɹsᵊnz",
                "café|kæfˈA"
            })
    void whatNoDictionaryHas(String text, String phonemes) {
        assertEquals(phonemes, US.phonemize(text).phonemes());
    }

    @Test
    void unknownScriptsStayUnknown() {
        PhonemeToken token = US.phonemize("日本語").tokens().getFirst();
        assertNull(token.phonemes());
        assertEquals("❓", US.phonemize("日本語").phonemes());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\n\t \u00A0", "😀", "\u0000\u0007", "\uD800", "\uDC00\uD800", "\uFEFF\u200B"})
    void textsWithoutAnything(String text) {
        assertEquals(List.of(), US.phonemize(text).tokens());
        assertEquals("", US.phonemize(text).phonemes());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "...", "?!", "\"", "''", "-", "(", "[](", "[", "$", "$$ £", "'", "’’’", "_", "#", "''''1", "1'", "-.-",
                "🙂!"
            })
    void signsAlone(String text) {
        Phonemization result = US.phonemize(text);
        assertFalse(result.phonemes().contains("null"), text);
        assertEquals(result, US.phonemize(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"", "a", "日", "[", "9", "A", "😀", "é", "\uD83D"})
    void longHostileTextsComeToAnEnd(String piece) {
        String text = piece.repeat(1_000_000 / piece.length());
        assertTimeout(Duration.ofMinutes(2), () -> US.phonemize(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a-", "a.b:", "$1", "x'y’", "qz_", "[a](/b/)", "1,a", "Zq", "(["})
    void manyTokensComeToAnEnd(String piece) {
        String text = piece.repeat(1000 / piece.length());
        assertTimeout(Duration.ofMinutes(2), () -> US.phonemize(text));
    }

    /** Without the tagger, whose time is the same for every token. */
    @ParameterizedTest
    @ValueSource(strings = {"aB", "a-", "1:a", "Zq2", "a’b_", "$1,", "x/"})
    void manyPiecesTakeLinearTime(String piece) {
        String text = piece.repeat(100_000 / piece.length());
        SentenceReader reader = new SentenceReader(new Pronouncer(Accent.US, WordList.EMPTY), word -> "x");
        assertTimeout(Duration.ofMinutes(1), () -> {
            List<List<Token>> words = TokenSplitter.split(List.of(new Token(text, "NN", "", 0, text.length())));
            reader.read(words);
            assertTrue(words.stream().flatMap(List::stream).allMatch(p -> p.phonemes != null), piece);
        });
    }
}
