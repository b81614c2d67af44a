package dev.reverie.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reverie.diffusion.Image;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code reverie imagine} and what may befall it, by the numbers of the list of bad inputs: one sentence, the right exit
 * code, nothing half written.
 */
class HostilePictureTest {
    private static final Path ROOT = Path.of(System.getProperty("project.root"));
    private static final Path PICTURES = ROOT.resolve("diffusion/src/test/resources/dev/reverie/diffusion/image");

    @TempDir
    Path folder;

    private Set<String> before = Set.of();

    @BeforeEach
    void writePictures() throws IOException {
        byte[] rgb = Files.readAllBytes(PICTURES.resolve("rgb.png"));
        Files.write(folder.resolve("cut.png"), Arrays.copyOf(rgb, rgb.length / 2));
        rgb[rgb.length - 20] ^= 1;
        Files.write(folder.resolve("broken.png"), rgb);
        Files.write(folder.resolve("bomb.png"), png(100_000, 100_000));
        Files.write(folder.resolve("line.png"), png(100_000, 1));
        Files.write(folder.resolve("nothing.png"), new byte[0]);
        Files.copy(PICTURES.resolve("cmyk.jpg"), folder.resolve("cmyk.jpg"));
        Image.of(1, 1, 4, new byte[] {9, 8, 7, 100}).writePng(folder.resolve("pixel.png"));
        before = files();
    }

    /** A file whose header promises that many pixels, and that holds none. */
    private static byte[] png(int width, int height) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'});
        ByteBuffer header = ByteBuffer.allocate(17).put("IHDR".getBytes(StandardCharsets.US_ASCII));
        header.putInt(width).putInt(height).put(new byte[] {8, 2, 0, 0, 0});
        chunk(bytes, header.array());
        chunk(bytes, "IDAT".getBytes(StandardCharsets.US_ASCII));
        chunk(bytes, "IEND".getBytes(StandardCharsets.US_ASCII));
        return bytes.toByteArray();
    }

    private static void chunk(ByteArrayOutputStream bytes, byte[] typeAndData) throws IOException {
        CRC32 checksum = new CRC32();
        checksum.update(typeAndData);
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(typeAndData.length - 4);
        out.write(typeAndData);
        out.writeInt((int) checksum.getValue());
    }

    private Set<String> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private void assertRefused(Forked.Result result, int code, String sentence) throws IOException {
        assertEquals(code, result.code(), result.err());
        String last = result.complaints().stream()
                .filter(line -> line.startsWith("reverie: "))
                .reduce((first, second) -> second)
                .orElse("");
        assertTrue(last.contains(sentence), result.err());
        assertFalse(result.err().contains("\tat "), "no stack trace: " + result.err());
        assertEquals("", result.out());
        assertEquals(before, files(), "nothing is written");
    }

    private Forked.Result imagine(String... options) throws Exception {
        String[] start = {"imagine", "--steps", "2", "--size", "32x32"};
        return Forked.onModulePath(folder)
                .run(Stream.concat(Arrays.stream(start), Arrays.stream(options)).toArray(String[]::new));
    }

    @ParameterizedTest
    @DisplayName("32: pictures that cannot be read")
    @CsvSource({
        "cut.png, cut short",
        "broken.png, damaged",
        "bomb.png, '100,000 x 100,000'",
        "line.png, '100,000 x 1'",
        "nothing.png, not a picture",
        "cmyk.jpg, neither RGB nor grey"
    })
    void picturesThatCannotBeRead(String name, String sentence) throws Exception {
        assertRefused(imagine("--init", name, "sun"), 1, sentence);
        assertRefused(imagine("--init", "pixel.png", "--mask", name, "sun"), 1, sentence);
    }

    @ParameterizedTest
    @DisplayName("32: pictures of any kind")
    @ValueSource(
            strings = {
                "rgba-16.png",
                "palette-alpha.png",
                "grey.jpg",
                "one-bit.png",
                "turned-6.jpg",
                "animated.gif",
                "animated.png"
            })
    void picturesOfAnyKind(String name) throws Exception {
        Forked.Result result = imagine("--init", PICTURES.resolve(name).toString(), "--out", "out.png", "sun");
        assertEquals(0, result.code(), result.err());
        assertEquals(32, Image.read(folder.resolve("out.png")).width());
    }

    @Test
    @DisplayName("32: a picture and a mask of one pixel")
    void aPixel() throws Exception {
        Forked.Result result = imagine("--init", "pixel.png", "--mask", "pixel.png", "--out", "out.png", "sun");
        assertEquals(0, result.code(), result.err());
        assertEquals(32, Image.read(folder.resolve("out.png")).width());
    }

    @Test
    @DisplayName("29: a prompt of 100,000 tokens")
    void aPromptOf100_000Tokens() throws Exception {
        Forked.Result result = Forked.onModulePath(folder)
                .reading("fox ".repeat(100_000).getBytes(StandardCharsets.UTF_8))
                .run("imagine", "-");
        assertRefused(result, 2, "the prompt has more than");
    }

    @ParameterizedTest
    @DisplayName("30, 43: options out of range")
    @CsvSource({
        "--guidance, Infinity, guidance scale",
        "--guidance, -1e9, guidance scale",
        "--steps, 1000000000, steps 1000000000",
        "--strength, NaN, strength NaN",
        "--strength, 2, strength 2",
        "--strength, 0, strength 0",
        "--size, -8x8, -8",
        "--size, 8x0, 0",
        "--size, 2147483640x8, 2147483640",
        "--size, 99999999999x8, 99999999999",
        "--count, 2000000000, count 2000000000",
        "--seed, 9223372036854775808, --seed"
    })
    void optionsOutOfRange(String option, String value, String sentence) throws Exception {
        assertRefused(
                Forked.onModulePath(folder).run("imagine", "--init", "pixel.png", option, value, "sun"), 2, sentence);
    }

    @ParameterizedTest
    @DisplayName("43: weights of NaN")
    @CsvSource({"unet, after step 1", "vae, after decoding"})
    void weightsOfNan(String part, String sentence) throws Exception {
        Path model = folder.resolve("model");
        Path toy = ROOT.resolve("goldens/pipeline/sd21-v");
        try (Stream<Path> files = Files.walk(toy)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copy = model.resolve(toy.relativize(file).toString());
                Files.createDirectories(copy.getParent());
                byte[] bytes = Files.readAllBytes(file);
                if (file.startsWith(toy.resolve(part)) && file.toString().endsWith(".safetensors")) {
                    int start =
                            8 + (int) Long.reverseBytes(ByteBuffer.wrap(bytes).getLong());
                    Arrays.fill(bytes, start, bytes.length, (byte) 0xFF); // NaN in 16 and in 32 bits
                }
                Files.write(copy, bytes);
            }
        }
        before = files();
        assertRefused(imagine("--model", "model", "--out", "out.png", "sun"), 1, sentence);
    }

    @ParameterizedTest
    @DisplayName("45: other locales, time zones and charsets, names beyond ASCII")
    @CsvSource({"tr, TR, Asia/Kathmandu", "ar, EG, America/St_Johns"})
    void otherLocales(String language, String country, String zone) throws Exception {
        Path named = Files.createDirectory(folder.resolve("bir düş 夢"));
        String init = PICTURES.resolve("rgba-16.png").toString();
        String[] request = {
            "imagine", "--steps", "2", "--size", "32x32", "--init", init, "--out", "ılık ışık.png", "SIS"
        };
        Forked.Result plain = Forked.onModulePath(folder).run(request);
        assertEquals(0, plain.code(), plain.err());
        Forked.Result other = Forked.onModulePath(named)
                .with(
                        "JDK_JAVA_OPTIONS",
                        "-Duser.language=%s -Duser.country=%s -Duser.timezone=%s -Dfile.encoding=ISO-8859-1"
                                .formatted(language, country, zone))
                .run(request);
        assertEquals(0, other.code(), other.err());
        assertArrayEquals(
                Files.readAllBytes(folder.resolve("ılık ışık.png")),
                Files.readAllBytes(named.resolve("ılık ışık.png")));
    }

    /** As Ctrl-C or a shutdown ends it: what was there stays. */
    @Test
    @DisplayName("38, 39: ended while it draws")
    void endedWhileItDraws() throws Exception {
        Files.writeString(folder.resolve("mine.png"), "mine");
        before = files();
        Forked.Result result = Forked.onModulePath(folder)
                .endedAfterSeconds(4)
                .run("imagine", "--steps", "1000", "--size", "256x256", "--out", "mine.png", "sun");
        assertTrue(result.code() != 0, "it was not done before: " + result.err());
        assertEquals(before, files());
        assertEquals("mine", Files.readString(folder.resolve("mine.png")));
    }
}
