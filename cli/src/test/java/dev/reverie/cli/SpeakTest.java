package dev.reverie.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.sound.sampled.AudioFileFormat;
import javax.sound.sampled.AudioSystem;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Speaking as a user does it, in a folder whose name has a space and letters beyond ASCII. */
class SpeakTest {
    @TempDir
    Path temporary;

    private Path folder;

    @BeforeEach
    void makeFolder() throws IOException {
        folder = Files.createDirectory(temporary.resolve("söz i dream"));
    }

    @Test
    void writesAWavFileOnTheModulePathWithoutAFlag() throws Exception {
        Forked.Result result = Forked.onModulePath(folder).run("speak", "Hello.");
        assertEquals(0, result.code(), result.err());
        assertEquals(List.of(), result.complaints());
        assertTrue(
                result.out().matches("speech\\.wav: \\d\\.\\d s, voice af_heart, \\d+\\.\\d s of work\\R"),
                result.out());
        assertSound(folder.resolve("speech.wav"), 0.5, 2.5);
    }

    @Test
    void warnsOnceOnTheClassPathAndQuotesTheFlag() throws Exception {
        Forked.Result result = Forked.onClassPath(folder).run("speak", "--phonemes", "Hello.");
        assertEquals(0, result.code(), result.err());
        assertEquals("həlˈO.", result.out().strip());
        String flag = "--add-modules jdk.incubator.vector";
        assertEquals(result.err().indexOf(flag), result.err().lastIndexOf(flag), result.err());
        assertTrue(result.err().contains(flag), result.err());
    }

    @Test
    void theDefaultNameNeverWritesOverAFile() throws Exception {
        Files.writeString(folder.resolve("speech.wav"), "mine");
        Files.writeString(folder.resolve("speech-2.wav"), "mine too");
        Forked.Result result = Forked.onModulePath(folder).run("speak", "Hi.");
        assertEquals(0, result.code(), result.err());
        assertEquals("mine", Files.readString(folder.resolve("speech.wav")));
        assertTrue(result.out().startsWith("speech-3.wav: "), result.out());
        assertSound(folder.resolve("speech-3.wav"), 0.2, 2.5);
    }

    @Test
    void aNamedFileIsReplacedWhateverTheLocale() throws Exception {
        Path file = Files.writeString(folder.resolve("İstanbul düşü.wav"), "old");
        Forked.Result result = Forked.onModulePath(folder)
                .with("JDK_JAVA_OPTIONS", "-Duser.language=tr -Duser.country=TR")
                .run(
                        "speak",
                        "--voice",
                        "af_heart:0.5,am_michael:0.5",
                        "--speed",
                        "1.5",
                        "--out",
                        file.toString(),
                        "I",
                        "see.");
        assertEquals(0, result.code(), result.err());
        assertTrue(result.out().startsWith(file + ": "), result.out());
        assertSound(file, 0.3, 2.5);
        try (var files = Files.list(folder)) {
            assertEquals(List.of(file), files.toList(), "nothing is left beside the file");
        }
    }

    @Test
    void readsTextFromAPipeAndWritesSoundIntoOne() throws Exception {
        Forked.Result result = Forked.onModulePath(folder)
                .reading("\uFEFFHi.\n".getBytes(StandardCharsets.UTF_8))
                .run("speak", "-o", "-", "-");
        assertEquals(0, result.code(), result.err());
        assertTrue(result.out().startsWith("RIFF"), "a WAV file on standard output");
        assertTrue(result.complaints().getFirst().startsWith("standard output: "), result.err());
        try (var files = Files.list(folder)) {
            assertEquals(0, files.count());
        }
    }

    @Test
    void theSameSeedGivesTheSameBytesAndAnotherSeedOthers() throws Exception {
        for (String[] run : new String[][] {{"a.wav", "7"}, {"b.wav", "7"}, {"c.wav", "8"}}) {
            Forked.Result result = Forked.onModulePath(folder).run("speak", "-o", run[0], "--seed", run[1], "So.");
            assertEquals(0, result.code(), result.err());
        }
        assertEquals(-1, Files.mismatch(folder.resolve("a.wav"), folder.resolve("b.wav")));
        assertTrue(Files.mismatch(folder.resolve("a.wav"), folder.resolve("c.wav")) > 0);
    }

    @Test
    void listsVoices() throws Exception {
        Forked.Result result = Forked.onModulePath(folder).run("speak", "--voices");
        assertEquals(0, result.code(), result.err());
        List<String> lines = result.out().lines().toList();
        assertEquals(54, lines.size());
        assertTrue(lines.contains("bm_george       British English, male"), result.out());
    }

    @Test
    void wordsOfTheUserComeFirst() throws Exception {
        Files.writeString(folder.resolve("words.tsv"), "nginx\tˈɛnʤənˌɛks\n");
        Forked.Result result =
                Forked.onModulePath(folder).run("speak", "--phonemes", "--words", "words.tsv", "I like nginx.");
        assertEquals(0, result.code(), result.err());
        assertTrue(result.out().contains("ˈɛnʤənˌɛks"), result.out());
    }

    @Test
    void plansWithoutMakingASound() throws Exception {
        Forked.Result result = Forked.onModulePath(folder).run("speak", "--plan", "Dreams are made in Java.");
        assertEquals(0, result.code(), result.err());
        assertTrue(result.out().contains("decoder"), result.out());
        assertTrue(
                result.out()
                        .matches(
                                "(?s).*\\d\\.\\d s of sound, passes of the network: 1; weights: \\d+\\.\\d MB besides\\R"),
                result.out());
        assertFalse(Files.exists(folder.resolve("speech.wav")));
    }

    private static void assertSound(Path file, double least, double most) throws Exception {
        AudioFileFormat format = AudioSystem.getAudioFileFormat(file.toFile());
        double seconds = format.getFrameLength() / 24_000.0;
        assertEquals(24_000f, format.getFormat().getSampleRate());
        assertTrue(least < seconds && seconds < most, "lasts " + seconds + " s");
        byte[] bytes = Files.readAllBytes(file);
        int loudest = 0;
        for (int i = 44; i + 1 < bytes.length; i += 2) {
            loudest = Math.max(loudest, Math.abs((short) ((bytes[i] & 0xFF) | (bytes[i + 1] << 8))));
        }
        assertTrue(loudest > 1_000, "silent: the loudest sample is " + loudest);
    }
}
