package dev.reverie.nn.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reverie.tensor.io.CheckpointException;
import dev.reverie.testing.Goldens;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Hostile folders: one exception with a sentence each. RELIABILITY.md section 5, case 28. */
class TokenizerFolderTest {
    private static final String VOCABULARY =
            "{\"a\": 0, \"b\": 1, \"b</w>\": 2, \"ab</w>\": 3, \"<|startoftext|>\": 4, \"<|endoftext|>\": 5}";

    @TempDir
    private Path folder;

    private void write(String file, String text) throws IOException {
        Files.writeString(folder.resolve(file), text);
    }

    private Tokenizer clip(String vocabulary, String merges) throws IOException {
        write("vocab.json", vocabulary);
        write("merges.txt", merges);
        return Tokenizer.load(folder);
    }

    private void requireFault(String sentence, String vocabulary, String merges) {
        CheckpointException fault = assertThrows(CheckpointException.class, () -> clip(vocabulary, merges));
        assertTrue(String.valueOf(fault.getMessage()).contains(sentence), fault.getMessage());
    }

    @Test
    void aSmallFolderWorksAndUnknownBytesAreTheUnknownToken() throws IOException {
        Tokenizer tokenizer = clip(VOCABULARY, "#version: 0.2\na b</w>\n");
        // "a" ends its word and has no spelling for that: unknown, as "z" is
        assertArrayEquals(
                new int[] {4, 3, 5, 5, 2, 5, 5},
                tokenizer.complete("AB a!b z", 77).ids());
        assertEquals(6, tokenizer.size());
        assertEquals(Tokenizer.UNLIMITED, tokenizer.maxLength());
    }

    @Test
    void anEmptyFolderSaysWhatItLacks() {
        CheckpointException fault = assertThrows(CheckpointException.class, () -> Tokenizer.load(folder));
        assertTrue(String.valueOf(fault.getMessage()).contains("holds no tokenizer"), fault.getMessage());
    }

    @Test
    void brokenVocabulariesAreRefused() {
        requireFault("id outside of 0", VOCABULARY.replace("\"b\": 1", "\"b\": -1"), "");
        requireFault("id outside of 0", VOCABULARY.replace("\"b\": 1", "\"b\": 2147483648"), "");
        requireFault("as another token does", VOCABULARY.replace("\"b\": 1", "\"b\": 0"), "");
        requireFault("must be an integer", VOCABULARY.replace("\"b\": 1", "\"b\": 1.5"), "");
        requireFault("twice", VOCABULARY.replace("\"b\": 1", "\"a\": 1"), "");
        requireFault("no special token", "{\"a\": 0}", "");
        requireFault("must be an object", "[]", "");
        requireFault("not JSON", "{", "");
    }

    @Test
    void brokenMergesAreRefused() {
        requireFault("merge 1 is not two tokens", VOCABULARY, "ab</w>");
        requireFault("merge 2 is not two tokens", VOCABULARY, "a b</w>\na b c\n");
        requireFault("merge 1 is not two tokens", VOCABULARY, " b");
        requireFault("a token that the vocabulary lacks", VOCABULARY, "a c");
        requireFault("a token that the vocabulary lacks", VOCABULARY, "b a");
    }

    @Test
    void mergesThatAreNotTextAreRefused() throws IOException {
        write("vocab.json", VOCABULARY);
        Files.write(folder.resolve("merges.txt"), new byte[] {'a', ' ', (byte) 0xFF});
        CheckpointException fault = assertThrows(CheckpointException.class, () -> Tokenizer.load(folder));
        assertTrue(String.valueOf(fault.getMessage()).contains("UTF-8"), fault.getMessage());
    }

    @Test
    void configurationsAreChecked() throws IOException {
        write("tokenizer_config.json", "{\"model_max_length\": 0}");
        requireFault("at least 1", VOCABULARY, "");
        write("tokenizer_config.json", "{\"tokenizer_class\": \"BartTokenizer\"}");
        requireFault("is not CLIPTokenizer", VOCABULARY, "");
        write("tokenizer_config.json", "{\"added_tokens_decoder\": {\"x\": {\"content\": \"y\"}}}");
        requireFault("no id for its key", VOCABULARY, "");
    }

    @Test
    void partsOfATokenizerThatAreUnknownAreNamed() throws IOException {
        String file = Files.readString(Goldens.repository().resolve("goldens/tokenizer/llama3-bpe/tokenizer.json"));
        requireJsonFault("is not a pattern", file.replace("{1,3}", "{1,4}"));
        requireJsonFault("normalizer", file.replace("\"normalizer\": null", "\"normalizer\": {\"type\": \"Evil\"}"));
        requireJsonFault("the type \"WordPiece\"", file.replace("\"BPE\"", "\"WordPiece\""));
        requireJsonFault(
                "post-processor",
                file.replace(
                        "\"post_processor\": {\n    \"type\": \"ByteLevel\"",
                        "\"post_processor\": {\n    \"type\": \"Odd\""));
    }

    private void requireJsonFault(String sentence, String json) throws IOException {
        write("tokenizer.json", json);
        CheckpointException fault = assertThrows(CheckpointException.class, () -> Tokenizer.load(folder));
        assertTrue(String.valueOf(fault.getMessage()).contains(sentence), fault.getMessage());
    }

    /** Bytes changed, cut off or put in: a tokenizer or a sentence, never anything else. */
    @Test
    void damagedSentencePieceModelsAreRefusedOrRead() throws IOException {
        byte[] model = Files.readAllBytes(Goldens.repository().resolve("goldens/tokenizer/t5-unigram/spiece.model"));
        Random random = new Random(1);
        for (int i = 0; i < 60; i++) {
            byte[] damaged = i % 2 == 0 ? model.clone() : Arrays.copyOf(model, random.nextInt(model.length));
            for (int k = 0; k < 20 && damaged.length > 0; k++) {
                damaged[random.nextInt(i % 4 == 0 ? Math.min(500, damaged.length) : damaged.length)] =
                        (byte) random.nextInt();
            }
            Files.write(folder.resolve("spiece.model"), damaged);
            try {
                Tokenizer.load(folder).encode("some text, caf\u00E9 \uFF21 \u0301");
            } catch (CheckpointException refused) {
                assertTrue(String.valueOf(refused.getMessage()).contains("spiece.model"), refused.getMessage());
            }
        }
        Files.write(folder.resolve("spiece.model"), "version https://git-lfs".getBytes(StandardCharsets.UTF_8));
        assertThrows(CheckpointException.class, () -> Tokenizer.load(folder));
    }
}
