package dev.reverie.nn.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reverie.tensor.io.Json;
import dev.reverie.testing.Goldens;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenizerTest {
    private static Path folder(String name) {
        return Goldens.repository().resolve("goldens/tokenizer").resolve(name);
    }

    private static Tokenizer clip() throws IOException {
        return Tokenizer.load(folder("clip-small"));
    }

    /** Ids that transformers gave, of texts in many scripts. */
    @Test
    void textsInManyScriptsAreAsInTransformers() throws IOException {
        for (String name : List.of("clip-small", "t5-unigram", "llama3-bpe")) {
            requireTable(Tokenizer.load(folder(name)), name);
        }
    }

    @Test
    void aSentencePieceModelAloneGivesTheSameIds(@TempDir Path temp) throws IOException {
        for (String file : List.of("spiece.model", "tokenizer_config.json")) {
            Files.copy(folder("t5-unigram").resolve(file), temp.resolve(file));
        }
        Tokenizer tokenizer = Tokenizer.load(temp);
        assertEquals(2100, tokenizer.size());
        requireTable(tokenizer, "t5-unigram");
    }

    private static void requireTable(Tokenizer tokenizer, String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(TokenizerTest.class.getResourceAsStream("texts.json"))) {
            for (Json row : Json.read("texts.json", in).getList("rows")) {
                String text = row.getString("text");
                assertArrayEquals(
                        row.getInts(name),
                        tokenizer.complete(text, Tokenizer.UNLIMITED).ids(),
                        name + ": " + text);
            }
        }
    }

    /** Ids that transformers gave with the files of openai/clip-vit-large-patch14. */
    @Test
    void thePublishedVocabularyIsAtHand() throws IOException {
        Tokenizer tokenizer = Tokenizer.clip("<|endoftext|>");
        assertEquals(49_408, tokenizer.size());
        assertEquals(77, tokenizer.maxLength());
        assertEquals(49_407, tokenizer.special().pad());
        assertArrayEquals(
                new int[] {49406, 320, 1125, 539, 320, 2368, 3309, 320, 7857, 3940, 49407},
                tokenizer.complete("a photo of a cat wearing a spacesuit", 77).ids());
        assertArrayEquals(
                new int[] {49406, 171, 105, 223, 1422, 158, 239, 510, 33613, 127, 354, 4166, 49407},
                tokenizer.complete("\ufb01ne \u2460 \u00bd \u212b e\u0301", 77).ids());
    }

    @Test
    void thePublishedVocabularyMayBePaddedWithAnotherToken() throws IOException {
        assertEquals(0, Tokenizer.clip("!").special().pad());
        assertThrows(IllegalArgumentException.class, () -> Tokenizer.clip("fox in the snow"));
    }

    @Test
    void tokensKnowTheirCharacters() throws IOException {
        String text = "A  Photo, cafe\u0301 \uD83D\uDE80 (x)";
        Tokens tokens = clip().encode(text);
        for (int i = 0; i < tokens.size(); i++) {
            assertTrue(tokens.starts()[i] < tokens.ends()[i]);
            assertTrue(i == 0 || tokens.starts()[i] >= tokens.starts()[i - 1]);
        }
        assertEquals("A", covered(text, tokens, 0));
        assertEquals("Photo", covered(text, tokens, 1));
        assertEquals(",", covered(text, tokens, 2));
        StringBuilder all = new StringBuilder();
        for (int i = 3; i < tokens.size(); i++) {
            String part = covered(text, tokens, i);
            all.append(i > 3 && tokens.starts()[i] < tokens.ends()[i - 1] ? "" : part);
        }
        assertEquals("cafe\u0301\uD83D\uDE80(x)", all.toString());
    }

    private static String covered(String text, Tokens tokens, int i) {
        return text.substring(tokens.starts()[i], tokens.ends()[i]);
    }

    @Test
    void wordsOfT5KnowTheirCharacters() throws IOException {
        String text = "  two\nwords";
        Tokens tokens = Tokenizer.load(folder("t5-unigram")).encode(text);
        assertEquals(2, tokens.starts()[0]);
        assertEquals(text.length(), tokens.ends()[tokens.size() - 1]);
    }

    @Test
    void rowsAreCutAndFilled() throws IOException {
        Tokenizer tokenizer = clip();
        SpecialTokens special = tokenizer.special();
        int[] ids = tokenizer.complete("word ".repeat(200), 77).ids();
        assertEquals(77, ids.length);
        assertEquals(special.bos(), ids[0]);
        assertEquals(special.eos(), ids[76]);
        int[] padded = tokenizer.complete("", 77).paddedTo(77, special.pad()).ids();
        assertTrue(Arrays.stream(padded).skip(1).allMatch(id -> id == special.eos()));
        assertEquals(77, tokenizer.maxLength());
        assertThrows(IllegalArgumentException.class, () -> tokenizer.complete("a", 1));
    }

    /** As the second tokenizer of SDXL has it: the mark in a text is then the padding, id 0. */
    @Test
    void aPadTokenFromTheVocabularyIsCutOutOfTexts(@TempDir Path temp) throws IOException {
        for (String file : List.of("vocab.json", "merges.txt", "tokenizer_config.json")) {
            Files.copy(folder("clip-small").resolve(file), temp.resolve(file));
        }
        Files.writeString(temp.resolve("special_tokens_map.json"), "{\"pad_token\": {\"content\": \"!\"}}");
        Tokenizer tokenizer = Tokenizer.load(temp);
        assertEquals(0, tokenizer.special().pad());
        assertArrayEquals(
                new int[] {2012, 1860, 0, 0, 2013},
                tokenizer.complete("film!!", 77).ids());
    }

    @Test
    void addedTokensStandForTheirVectors() throws IOException {
        Tokenizer clip = clip();
        int first = clip.size();
        Tokenizer more = clip.plus("<Boat>", first, 1).plus("harbour-style", first + 1, 3);
        assertEquals(first + 4, more.size());
        int s = clip.encode("s").ids()[0];
        int comma = clip.encode(",").ids()[0];
        assertArrayEquals(
                new int[] {first, s, first + 1, first + 2, first + 3, comma, first + 2},
                more.encode("<boat>s Harbour-Style, harbour-style_1").ids());
        assertThrows(IllegalArgumentException.class, () -> more.plus("<boat>", first + 9, 1));
        assertThrows(IllegalArgumentException.class, () -> clip.plus("photo", first, 1));
        assertThrows(IllegalArgumentException.class, () -> clip.plus("", first, 1));
    }

    @Test
    void halvesOfSurrogatePairsAreReplaced() throws IOException {
        assertArrayEquals(
                clip().encode("a \uFFFD b \uFFFD").ids(),
                clip().encode("a \uD83D b \uDE00").ids());
    }

    /** A heap sees each pair a few times; merging by search would see them a million times each. */
    @Test
    void mergesOfOneLongWordAreBounded() {
        int n = 1_000_000;
        PairTable ranks = new PairTable(8);
        int[] merged = new int[20];
        for (int rank = 0; rank < 20; rank++) {
            ranks.putIfAbsent(rank, rank, rank);
            merged[rank] = rank + 1;
        }
        MergeList symbols = new MergeList(n);
        for (int i = 0; i < n; i++) {
            symbols.add(0, i, i + 1);
        }
        int seen = symbols.merge(ranks, merged);
        assertTrue(seen < 3 * n, "pairs: " + seen);
        Tokens.Builder tokens = new Tokens.Builder();
        symbols.addTo(tokens);
        assertEquals(Integer.bitCount(n), tokens.size()); // one token for each power of two
        assertEquals(n, tokens.build().ends()[tokens.size() - 1]);
    }

    /** Would take very long if a step were quadratic. */
    @Test
    void longTextsOfEveryKindPass() throws IOException {
        for (String name : List.of("clip-small", "t5-unigram", "llama3-bpe")) {
            Tokenizer tokenizer = Tokenizer.load(folder(name));
            for (String unit : List.of("a", " ", "a ", "\u0301\u0316", "!", "\u65E5", "<|starto", "\n", "</s>", "1")) {
                assertTrue(tokenizer.encode(unit.repeat(100_000)).size() >= 0);
            }
        }
    }
}
