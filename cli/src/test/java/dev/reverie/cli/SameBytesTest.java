package dev.reverie.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reverie.diffusion.Image;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The promise of same bits, whole: one digest of the WAV file for every number of threads and every width of vectors.
 *
 * <p>A digest changes only in a commit that changes the sound on purpose and says why.
 */
class SameBytesTest {
    private static final String SENTENCE = "Dreams are made in Java.";
    private static final String SENTENCE_SHA_256 = "ed61cba22f33137c174df2b21ecca53424bdc19ab75ff24de409b6784ca0fe59";
    private static final String WORD = "Hi.";
    private static final String WORD_SHA_256 = "868059675198b9fc55b251385c4fc1ad3eef284b67dae4755e1b091d706189e0";

    private static final String PICTURE_SHA_256 = "c6d4526abae14a5fc639d5e3bf5a62ad5ee7c54351902b16993e9cfc0eeac42f";

    @TempDir
    Path folder;

    static Stream<Arguments> vectors() throws ReflectiveOperationException {
        int widest = lanesOfThisCpu();
        System.out.println("lanes of this CPU: " + widest + "; wider vectors are not tested");
        return List.of(4, 8, 16).stream()
                .filter(lanes -> lanes <= widest)
                .flatMap(lanes -> Stream.of(1, 2, 3).map(threads -> Arguments.of(lanes, threads)));
    }

    /** Wider vectors than the CPU has would be emulated, and take hours. Asked by name: this module reads no vectors. */
    private static int lanesOfThisCpu() throws ReflectiveOperationException {
        Class<?> shape = Class.forName("jdk.incubator.vector.VectorShape");
        Object preferred = shape.getMethod("preferredShape").invoke(null);
        return (int) shape.getMethod("vectorBitSize").invoke(preferred) / Float.SIZE;
    }

    @ParameterizedTest(name = "{0} lanes, {1} threads")
    @MethodSource("vectors")
    void vectorsOfAnyWidthOnAnyNumberOfThreads(int lanes, int threads) throws Exception {
        assertEquals(SENTENCE_SHA_256, digest(SENTENCE, lanes, threads));
    }

    @ParameterizedTest(name = "{0} lanes")
    @MethodSource("widths")
    void theScalarTwins(int lanes) throws Exception {
        assertEquals(WORD_SHA_256, digest(WORD, lanes, 2));
    }

    static Stream<Integer> widths() {
        return Stream.of(1, 4);
    }

    private String digest(String text, int lanes, int threads) throws Exception {
        Forked.Result result = Forked.onModulePath(folder)
                .with("JDK_JAVA_OPTIONS", "-Dreverie.lanes=" + lanes + " -Dreverie.threads=" + threads)
                .run("speak", "--out", "same.wav", text);
        assertEquals(0, result.code(), result.err());
        byte[] sound = Files.readAllBytes(folder.resolve("same.wav"));
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(sound));
    }

    /** Of a picture, the pixels: how a PNG file packs them is up to the platform. */
    @ParameterizedTest(name = "{0} lanes, {1} threads")
    @MethodSource("pictures")
    void picturesOfAnyWidthOnAnyNumberOfThreads(int lanes, int threads) throws Exception {
        assertEquals(PICTURE_SHA_256, pixels(lanes, threads));
    }

    static Stream<Arguments> pictures() throws ReflectiveOperationException {
        int widest = lanesOfThisCpu();
        return Stream.of(
                        Arguments.of(1, 2),
                        Arguments.of(4, 1),
                        Arguments.of(4, 5),
                        Arguments.of(8, 2),
                        Arguments.of(16, 1),
                        Arguments.of(16, 2),
                        Arguments.of(16, 5))
                .filter(arguments -> (int) arguments.get()[0] <= widest);
    }

    /** Where there are no vectors, or narrower ones, or nothing is compiled. */
    @ParameterizedTest(name = "incubator module {0}, {1}")
    @DisplayName("41: other JVMs")
    @CsvSource({
        "true, -XX:UseAVX=0",
        "true, -XX:UseAVX=1",
        "true, -XX:UseAVX=2",
        "false, -XX:UseAVX=0",
        "false, -XX:TieredStopAtLevel=1",
        "false, -Xint"
    })
    void picturesOfOtherJvms(boolean vectors, String option) throws Exception {
        String[] small = {"imagine", "--steps", "1", "--size", "16x16", "--out", "same.png", "a rocket"};
        Forked.Result usual = Forked.onModulePath(folder).run(small);
        assertEquals(0, usual.code(), usual.err());
        byte[] expected = Image.read(folder.resolve("same.png")).pixels();
        Forked other = vectors ? Forked.onModulePath(folder) : Forked.onClassPath(folder);
        Forked.Result result = other.with("JDK_JAVA_OPTIONS", "-XX:+IgnoreUnrecognizedVMOptions " + option)
                .run(small);
        assertEquals(0, result.code(), result.err());
        assertEquals(!vectors, result.err().contains("--add-modules jdk.incubator.vector"), result.err());
        assertArrayEquals(expected, Image.read(folder.resolve("same.png")).pixels());
    }

    private String pixels(int lanes, int threads) throws Exception {
        Forked.Result result = Forked.onModulePath(folder)
                .with("JDK_JAVA_OPTIONS", "-Dreverie.lanes=" + lanes + " -Dreverie.threads=" + threads)
                .run("imagine", "--steps", "2", "--size", "64x32", "--out", "same.png", "a rocket");
        assertEquals(0, result.code(), result.err());
        byte[] pixels = Image.read(folder.resolve("same.png")).pixels();
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(pixels));
    }
}
