package dev.reverie.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What cannot be done is said in one sentence, with the right exit code, and leaves no file. */
class WrongUseTest {
    @TempDir
    Path folder;

    static Stream<Arguments> commands() {
        return Stream.of(
                wrong(2, "command is missing"),
                wrong(2, "'dance'", "dance"),
                wrong(2, "the text to say is missing", "speak"),
                wrong(2, "--lound", "speak", "--lound", "Hi."),
                wrong(2, "empty", "speak", ""),
                wrong(2, "nothing to speak", "speak", "?! ..."),
                wrong(2, "nothing to speak", "speak", "\u0007\u0001"),
                wrong(2, "speed", "speak", "--speed", "0", "Hi."),
                wrong(2, "speed", "speak", "--speed", "NaN", "Hi."),
                wrong(2, "speed", "speak", "--speed", "9", "Hi."),
                wrong(2, "--speed", "speak", "--speed", "fast", "Hi."),
                wrong(2, "perhaps af_heart;", "speak", "--voice", "af_hart", "Hi."),
                wrong(2, "no voice \"bm_georg\"", "speak", "--phonemes", "--voice", "af_heart,bm_georg", "Hi."),
                wrong(2, "the share \"x\"", "speak", "--voice", "af_heart:x", "Hi."),
                wrong(2, "name is empty", "speak", "--voice", "", "Hi."),
                wrong(2, "--format", "speak", "--format", "mp3", "Hi."),
                wrong(2, "only WAV", "speak", "--out", "hi.mp3", "Hi."),
                wrong(2, "--plan", "speak", "--plan", "--voices", "Hi."),
                wrong(1, "no folder", "speak", "--out", "missing/hi.wav", "Hi."),
                wrong(1, "is a folder", "speak", "--out", "folder", "Hi."),
                wrong(1, "missing.tsv: there is no such file", "speak", "--words", "missing.tsv", "Hi."),
                wrong(2, "line 1", "speak", "--words", "words.tsv", "Hi."),
                wrong(1, "missing: is not a folder", "speak", "--model", "missing", "Hi."),
                wrong(1, "folder: holds no config.json", "speak", "--model", "folder", "Hi."),
                wrong(1, "words.tsv: is not a folder", "speak", "--model", "words.tsv", "Hi."),
                wrong(2, "the text that says what to draw is missing", "imagine"),
                wrong(2, "--colour", "imagine", "--colour", "red", "sun"),
                wrong(2, "steps 0", "imagine", "--steps", "0", "sun"),
                wrong(2, "--steps", "imagine", "--steps", "few", "sun"),
                wrong(2, "guidance scale NaN", "imagine", "--guidance", "NaN", "sun"),
                wrong(2, "count 0", "imagine", "--count", "0", "sun"),
                wrong(2, "--sigmas few: say numbers", "imagine", "--sigmas", "few", "sun"),
                wrong(2, "give one of them", "imagine", "--sigmas", "9", "--timesteps", "9", "sun"),
                wrong(2, "steps 5: it must be 2", "imagine", "--sigmas", "9,3", "--steps", "5", "sun"),
                wrong(2, "--size 512", "imagine", "--size", "512", "sun"),
                wrong(2, "at most 16384 pixels", "imagine", "--size", "100000x100000", "sun"),
                wrong(2, "over a picture of --out", "imagine", "--out", "a.png", "--steps-sheet", "./a.png", "sun"),
                wrong(2, "reverie: Missing required argument", "imagine", "-m", "x", "--control-end", "1", "sun"),
                wrong(2, "16384 x 16384 pixels", "imagine", "--size", "16384x16384", "sun"),
                wrong(2, "--mask and --strength", "imagine", "--strength", "0.5", "sun"),
                wrong(2, "networks and adapters", "imagine", "--lora", "style.safetensors", "sun"),
                wrong(2, "--hand-over says", "imagine", "--hand-over", "0.8", "sun"),
                wrong(2, "above 0", "imagine", "-m", "x", "--refiner", "y", "--hand-over", "1", "sun"),
                wrong(2, "--ip-adapter", "imagine", "-m", "x", "--reference", "y.png", "sun"),
                wrong(2, "no picture to look at", "imagine", "-m", "x", "--ip-adapter", "y", "sun"),
                wrong(2, "--image-encoder is for", "imagine", "-m", "x", "--image-encoder", "y", "sun"),
                wrong(2, "canny=edges.png", "imagine", "-m", "x", "--control", "y.png", "sun"),
                wrong(2, "--control", "imagine", "-m", "x", "--control-end", "0.5", "sun"),
                wrong(2, "networks and adapters", "imagine", "--control", "folder=y.png", "sun"),
                wrong(1, "missing.png: there", "imagine", "-m", "x", "--control", "folder=missing.png:0.5", "sun"),
                wrong(1, "a:b.png: there", "imagine", "-m", "x", "--control", "folder=a:b.png", "sun"),
                wrong(2, "PNG and JPEG", "imagine", "--out", "sun.gif", "sun"),
                wrong(2, "--format", "imagine", "--format", "gif", "sun"),
                wrong(1, "no folder", "imagine", "--out", "missing/sun.png", "sun"),
                wrong(1, "no folder", "imagine", "--steps-sheet", "missing/sun.png", "sun"),
                wrong(1, "is a folder", "imagine", "--out", "folder", "sun"),
                wrong(1, "missing.png: there is no such file", "imagine", "--init", "missing.png", "sun"),
                wrong(1, "words.tsv: is not a picture", "imagine", "--init", "words.tsv", "sun"),
                wrong(1, "missing", "imagine", "--model", "missing", "sun"),
                wrong(1, "holds no model_index.json", "imagine", "--model", "folder", "sun"),
                wrong(1, "words.tsv", "imagine", "--model", "words.tsv", "sun"),
                wrong(2, "FILE", "inspect"),
                wrong(1, "missing", "inspect", "missing"),
                wrong(1, "words.tsv", "inspect", "words.tsv"),
                wrong(1, "holds no checkpoint", "inspect", "folder"));
    }

    private static Arguments wrong(int code, String sentence, String... args) {
        return Arguments.of(code, sentence, args);
    }

    @ParameterizedTest
    @MethodSource("commands")
    void isSaidInOneSentence(int code, String sentence, String[] args) throws Exception {
        Files.createDirectory(folder.resolve("folder"));
        Files.writeString(folder.resolve("words.tsv"), "no tab here, and nothing of a checkpoint\n");
        Forked.Result result = Forked.onModulePath(folder).run(args);
        assertEquals(code, result.code(), result.err());
        assertTrue(result.complaints().getFirst().startsWith("reverie: "), result.err());
        assertTrue(result.complaints().getFirst().contains(sentence), result.err());
        assertTrue(result.complaints().size() <= 2, "a sentence, and perhaps where help is: " + result.err());
        assertFalse(result.err().contains("\tat "), "no stack trace: " + result.err());
        assertEquals("", result.out());
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(2, files.count(), "no file is left");
        }
    }

    /** The model is loaded before these are known. */
    @ParameterizedTest
    @CsvSource({"--size, 100x100, units of 16", "--scheduler, euler-b, euler-a"})
    void whatTheModelRefuses(String option, String value, String sentence) throws Exception {
        Forked.Result result = Forked.onModulePath(folder).run("imagine", option, value, "sun");
        assertEquals(2, result.code(), result.err());
        assertTrue(result.complaints().getLast().startsWith("reverie: "), result.err());
        assertTrue(result.complaints().getLast().contains(sentence), result.err());
    }

    @Test
    void aPointerOfGitLfsIsNoModel() throws Exception {
        Files.writeString(
                folder.resolve("model.safetensors"),
                "version https://git-lfs.github.com/spec/v1\noid sha256:" + "0".repeat(64) + "\nsize 4265380512\n");
        Forked.Result result = Forked.onModulePath(folder).run("imagine", "--model", "model.safetensors", "sun");
        assertEquals(1, result.code(), result.err());
        assertTrue(result.complaints().getFirst().contains("Git LFS"), result.err());
    }

    @Test
    void debugPrintsTheStackTrace() throws Exception {
        Forked.Result result = Forked.onModulePath(folder).run("speak", "--debug", "--speed", "9", "Hi.");
        assertEquals(2, result.code());
        assertTrue(result.err().contains("\tat dev.reverie"), result.err());
    }

    @Test
    void controlCharactersAreNotHeard() throws Exception {
        Forked.Result plain = Forked.onModulePath(folder).run("speak", "--phonemes", "A dream.");
        Forked.Result belled = Forked.onModulePath(folder).run("speak", "--phonemes", "A dream\u0007.");
        assertEquals(0, belled.code(), belled.err());
        assertEquals(plain.out(), belled.out());
    }

    @Test
    void standardInputMustBeText() throws Exception {
        Forked.Result result = Forked.onModulePath(folder)
                .reading(new byte[] {'a', (byte) 0xFF, 'b'})
                .run("speak", "-");
        assertEquals(1, result.code());
        assertTrue(result.err().contains("standard input is not UTF-8 text"), result.err());
    }

    @Test
    void aMegabyteOfTextBecomesPhonemesInTheMemoryThatThereIs() throws Exception {
        byte[] text =
                "The quick brown fox jumps over the lazy dog. ".repeat(23_302).getBytes(StandardCharsets.UTF_8);
        Forked.Result result = Forked.onModulePath(folder).reading(text).run("speak", "--phonemes", "-");
        assertEquals(0, result.code(), result.err());
        assertTrue(
                result.out().length() > 1_000_000, "phonemes: " + result.out().length());
    }

    @Test
    void aFileThatMayNotBeReadIsNamed() throws IOException, InterruptedException {
        Path file = Files.writeString(folder.resolve("secret.safetensors"), "x");
        boolean hidden = file.toFile().setReadable(false) && !Files.isReadable(file); // never so for root
        Forked.Result result = Forked.onModulePath(folder).run("inspect", "secret.safetensors");
        assertEquals(1, result.code());
        assertTrue(result.err().contains("secret.safetensors: "), result.err());
        assertEquals(hidden, result.err().contains("permission denied"), result.err());
    }
}
