package dev.reverie.tensor.io;

import static dev.reverie.tensor.io.SafetensorsBytes.entry;
import static dev.reverie.tensor.io.SafetensorsBytes.file;
import static dev.reverie.tensor.io.SafetensorsBytes.open;
import static dev.reverie.tensor.io.SafetensorsBytes.refusal;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reverie.tensor.DType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a safetensors header may say; the numbers are those of the project's list of bad inputs. */
class SafetensorsHeaderTest {
    /** Limit of what a refusal may allocate, in bytes. */
    private static final long SMALL = 1_000_000;

    private static void assertRefused(String rule, byte[] file) {
        String message = refusal(file);
        assertTrue(message.contains(rule), () -> "\"" + message + "\" does not say: " + rule);
    }

    private static void assertRefused(String rule, String header, int dataBytes) {
        assertRefused(rule, file(header, dataBytes));
    }

    @Test
    void case01TooShortForItsLength() {
        assertRefused("header too small", new byte[0]);
        assertRefused("header too small", new byte[7]);
    }

    @Test
    void case02EmptyHeader() throws IOException {
        assertRefused("not a JSON object", new byte[8]);
        assertEquals(0, open("{}      ", 0).entries().size());
    }

    @ParameterizedTest
    @ValueSource(longs = {100_000_001, Long.MIN_VALUE, -1})
    void case03HeaderTooLarge(long length) throws Throwable {
        byte[] file = file(length, "{}      ".getBytes(StandardCharsets.UTF_8), new byte[0]);
        refusal(file); // loads the classes
        Cost.assertAllocatesBelow(
                SMALL, () -> assertRefused("header too large: " + Long.toUnsignedString(length), file));
    }

    @Test
    void case04HeaderLongerThanFile() throws Throwable {
        byte[] json = "{}      ".getBytes(StandardCharsets.UTF_8);
        assertRefused("ends at byte 17, the file at 16", file(9, json, new byte[0]));
        assertRefused("ends at byte 16, the file at 8", file(8, new byte[0], new byte[0]));
        Cost.assertAllocatesBelow(SMALL, () -> refusal(file(100_000_000, json, new byte[0])));
    }

    @Test
    void case05NotUtf8() {
        byte[][] malformed = {
            {(byte) 0xff},
            {(byte) 0xc1, (byte) 0x81}, // overlong A
            {(byte) 0xed, (byte) 0xa0, (byte) 0x80}, // half a surrogate pair
            {(byte) 0xe2, (byte) 0x82} // cut short
        };
        for (byte[] bytes : malformed) {
            ByteArrayOutputStream header = new ByteArrayOutputStream();
            header.writeBytes("{\"".getBytes(StandardCharsets.UTF_8));
            header.writeBytes(bytes);
            header.writeBytes(
                    "\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}".getBytes(StandardCharsets.UTF_8));
            assertRefused("not UTF-8", file(header.toByteArray(), 1));
        }
        assertRefused("surrogate", "{" + entry("\\ud800", "U8", "[1]", 0, 1) + "}", 1);
        assertRefused("surrogate", "{" + entry("\\udc00\\ud800", "U8", "[1]", 0, 1) + "}", 1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "[]",
                "null",
                "{} x",
                "{}{}",
                "\ufeff{}",
                "{\"a\":NaN}",
                "{\"a\":{\"x\":-Infinity}}",
                "{/* */}",
                "{} // x",
                "{\"a\":{},}",
                "",
                "{'a':{}}",
                "{\"a\":1}",
                "\"a\"",
                "{\"a\" {}}",
                "{\"a\":{\"dtype\"}}"
            })
    void case06NotJson(String header) {
        refusal(header, 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {" {}", "{}  ", "\n\t{ } \r\n"})
    void case06Whitespace(String header) throws IOException {
        assertEquals(0, open(header, 0).entries().size());
    }

    @Test
    void case07Depth() {
        String open = "[".repeat(100_000);
        assertRefused("is not JSON", "{\"a\":{\"x\":" + open, 0);
        assertRefused("is not JSON", "{\"a\":{\"x\":" + open + "]".repeat(100_000) + "}}", 0);
    }

    @Test
    void case08Duplicates() {
        String tensor = entry("a", "U8", "[1]", 0, 1);
        assertRefused("tensor \"a\" is in the header twice", "{" + tensor + "," + tensor + "}", 1);
        String escaped = entry("\\u0061", "U8", "[1]", 1, 2);
        assertRefused("tensor \"a\" is in the header twice", "{" + tensor + "," + escaped + "}", 2);
        assertRefused("__metadata__", "{\"__metadata__\":{},\"__metadata__\":{}}", 0);
        assertRefused("\"k\" twice", "{\"__metadata__\":{\"k\":\"1\",\"k\":\"2\"}}", 0);
        assertRefused(
                "has dtype twice",
                "{\"a\":{\"dtype\":\"U8\",\"dtype\":\"I8\",\"shape\":[1],\"data_offsets\":[0,1]}}",
                1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "null", "{}", "[\"a\"]", "true"})
    void case09MetadataOfOtherTypes(String value) {
        assertRefused("__metadata__ that is not a string", "{\"__metadata__\":{\"k\":" + value + "}}", 0);
    }

    @Test
    void case09LongMetadata() throws Throwable {
        String text = "x".repeat(50_000_000);
        byte[] file = file("{\"__metadata__\":{\"k\":\"" + text + "\"}}", 0);
        Cost.assertTakesBelow(
                Duration.ofSeconds(2),
                () -> assertEquals(Map.of("k", text), open(file).metadata()));
    }

    @Test
    void case10UnknownDtype() throws IOException {
        assertRefused("tensor \"a\" has an unknown dtype \"F128\"", "{" + entry("a", "F128", "[1]", 0, 16) + "}", 16);
        Safetensors f4 = open("{" + entry("a", "F4", "[2]", 0, 1) + "}", 1);
        assertEquals(DType.F4, f4.entry("a", 0, 2).dtype());
        CheckpointException e = assertThrows(CheckpointException.class, () -> f4.floats("a", 0, 2));
        assertEquals("fox.safetensors: tensor \"a\" has the unsupported dtype F4", e.getMessage());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\u0001',
            value = {
                "\"shape\":[1],\"data_offsets\":[0,1]                                          | has no dtype",
                "\"dtype\":\"U8\",\"data_offsets\":[0,1]                                       | has no shape",
                "\"dtype\":\"U8\",\"shape\":[1]                                                | has no data_offsets",
                "\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0]                           | has 1 data_offsets",
                "\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1,2]                       | has 3 data_offsets",
                "\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1.0]                       | other than integers",
                "\"dtype\":\"U8\",\"shape\":[1e0],\"data_offsets\":[0,1]                       | other than integers",
                "\"dtype\":\"U8\",\"shape\":[\"1\"],\"data_offsets\":[0,1]                     | other than integers",
                "\"dtype\":\"U8\",\"shape\":[-1],\"data_offsets\":[0,1]                        | is negative",
                "\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[-1,0]                        | is negative",
                "\"dtype\":\"U8\",\"shape\":1,\"data_offsets\":[0,1]                           | not a list",
                "\"dtype\":7,\"shape\":[1],\"data_offsets\":[0,1]                              | unknown dtype",
                "\"dtype\":\"U8\",\"shape\":[[1]],\"data_offsets\":[0,1]                       | other than integers"
            })
    void case11FieldsOfAnEntry(String fields, String rule) {
        assertRefused(rule, "{\"a\":{" + fields.strip() + "}}", 1);
    }

    @Test
    void unknownFieldsAreIgnored() throws IOException {
        String more = entry("a", "U8", "[1]", 0, 1).replace("{", "{\"note\":{\"x\":[1,{}]},");
        assertArrayEquals(new float[] {0}, open("{" + more + "}", 1).floats("a", 0, 1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[2,18446744073709551614]",
                "[9223372036854775808,4,0]",
                "[4611686018427387904,8]",
                "[4611686018427387904,4,0]",
                "[2305843009213693952]",
                "[4294967296,4294967296]"
            })
    void case12Overflow(String shape) {
        assertRefused("overflow", "{" + entry("a", "F32", shape, 0, 8) + "}", 8);
        assertRefused("overflow", "{" + entry("a", "F32", shape, 0, 0) + "}", 0);
    }

    @Test
    void case13ScalarsAndEmptyTensors() throws IOException {
        Safetensors file = open("{" + entry("a", "U8", "[]", 0, 1) + "," + entry("b", "F32", "[2,0]", 1, 1) + "}", 1);
        assertEquals(1, file.floats("a", 0, 1).length);
        assertEquals(List.of(2L, 0L), file.entry("b", 0, 0).shape());
        assertEquals(0, file.floats("b", 0, 0).length);
        String ones = IntStream.range(0, 1000).mapToObj(i -> "1").collect(Collectors.joining(",", "[", "]"));
        assertRefused("more than 64", "{" + entry("a", "U8", ones, 0, 1) + "}", 1);
    }

    @ParameterizedTest
    @CsvSource({"1, 0", "8, 4", "100, 101", "0, 5", "9223372036854775807, 9223372036854775807"})
    void case14OffsetsOutside(long begin, long end) {
        refusal("{" + entry("a", "U8", "[4]", begin, end) + "}", 4);
    }

    @Test
    void case15Overlaps() {
        String attack = IntStream.range(0, 10)
                .mapToObj(i -> entry("t" + i, "U8", "[4]", 0, 4))
                .collect(Collectors.joining(",", "{", "}"));
        assertRefused("the tensor before it ends at 4", attack, 4);
        String first = entry("a", "U8", "[4]", 0, 4);
        assertRefused("tensor \"b\" takes bytes 3 to 7", "{" + first + "," + entry("b", "U8", "[4]", 3, 7) + "}", 7);
        assertRefused("tensor \"b\" takes bytes 5 to 9", "{" + first + "," + entry("b", "U8", "[4]", 5, 9) + "}", 9);
        assertRefused("tensor \"a\" takes bytes 8 to 12", "{" + entry("a", "U8", "[4]", 8, 12) + "}", 12);
    }

    @Test
    void case16SizeAgainstShape() {
        assertRefused("has 7 bytes, but F32[2] needs 8", "{" + entry("a", "F32", "[2]", 0, 7) + "}", 7);
        assertRefused("has 9 bytes, but F32[2] needs 8", "{" + entry("a", "F32", "[2]", 0, 9) + "}", 9);
    }

    @Test
    void case17TrailingAndMissingBytes() {
        String header = "{" + entry("a", "F32", "[2]", 0, 8) + "}";
        assertRefused("the file at", header, 9);
        assertRefused("the file at", header, 6);
        byte[] good = file(header, 8);
        byte[] polyglot = Arrays.copyOf(good, good.length + 22);
        polyglot[good.length] = 'P';
        polyglot[good.length + 1] = 'K';
        assertRefused("the file at", polyglot);
    }

    @Test
    void case18Misaligned() {
        assertRefused("is misaligned: F4[3]", "{" + entry("a", "F4", "[3]", 0, 2) + "}", 2);
        assertRefused("is misaligned: F6_E2M3[1]", "{" + entry("a", "F6_E2M3", "[1]", 0, 1) + "}", 1);
    }

    /** Opens a file with little memory and prints how many tensors it has. */
    static final class OpenIt {
        public static void main(String[] arguments) throws IOException {
            try (Safetensors file = Safetensors.open(Path.of(arguments[0]))) {
                System.out.print(file.entries().size());
            }
            Duration taken = ProcessHandle.current().info().totalCpuDuration().orElseThrow();
            System.out.print(taken.toSeconds() < 5 ? "" : " but it took " + taken);
        }
    }

    @Test
    void case19MillionTensors(@TempDir Path folder) throws Exception {
        StringBuilder header = new StringBuilder("{");
        for (int i = 0; i < 1_000_000; i++) {
            header.append(i == 0 ? "" : ",").append(entry("t" + i, "U8", "[1]", i, i + 1));
        }
        byte[] file = file(header.append('}').toString(), 1_000_000);
        Path path = Files.write(folder.resolve("million.safetensors"), file);
        ForkedJvm.Result result = ForkedJvm.run(OpenIt.class, List.of("-Xmx512m"), path.toString());
        assertEquals(new ForkedJvm.Result(0, "1000000"), result);
    }

    @Test
    void case19CollidingNames() throws Throwable {
        StringBuilder header = new StringBuilder("{");
        for (int i = 0; i < 1 << 15; i++) {
            String name = String.format("%15s", Integer.toBinaryString(i))
                    .replace("0", " ")
                    .replace("1", "BB")
                    .replace(" ", "Aa");
            header.append(i == 0 ? "" : ",").append(entry(name, "U8", "[1]", i, i + 1));
        }
        byte[] file = file(header.append('}').toString(), 1 << 15);
        Cost.assertTakesBelow(
                Duration.ofSeconds(5),
                () -> assertEquals(1 << 15, open(file).entries().size()));
    }

    @Test
    void case20MisalignedDataReadsTheSame() throws IOException {
        String header = "{" + entry("a", "F32", "[3]", 0, 12) + "," + entry("b", "F16", "[5]", 12, 22) + "}";
        Safetensors aligned = open(header + " ".repeat(8 - header.length() % 8), 22);
        for (int extra = 1; extra < 8; extra++) {
            Safetensors shifted = open(header + " ".repeat(8 - header.length() % 8 + extra), 22);
            assertArrayEquals(aligned.floats("a", 0, 3), shifted.floats("a", 0, 3));
            assertArrayEquals(aligned.floats("b", 0, 5), shifted.floats("b", 0, 5));
        }
    }

    @Test
    void case46EverySingleBitFlipOfAHeader() throws IOException {
        byte[] good = file(
                "{\"__metadata__\":{\"k\":\"v\"}," + entry("a", "F32", "[2,3]", 0, 24) + ","
                        + entry("b", "I64", "[1]", 24, 32) + "}",
                32);
        int opened = 0;
        for (int bit = 0; bit < 8 * (good.length - 32); bit++) {
            byte[] flipped = good.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            opened += opensOrRefuses(flipped) ? 1 : 0;
        }
        assertTrue(opened > 10, "letters of names may change: " + opened);
    }

    @Test
    void case47Mutations() throws Throwable {
        byte[] good = file(
                "{\"__metadata__\":{\"k\":\"v\"}," + entry("a", "F32", "[2,3]", 0, 24) + ","
                        + entry("b", "BF16", "[4]", 24, 32) + "}",
                32);
        Random random = new Random(47);
        AtomicInteger opened = new AtomicInteger();
        Cost.assertTakesBelow(Duration.ofSeconds(5), () -> {
            for (int i = 0; i < 20_000; i++) {
                opened.addAndGet(opensOrRefuses(mutated(good, random)) ? 1 : 0);
            }
        });
        assertTrue(opened.get() > 20 && opened.get() < 19_000, "opened: " + opened);
    }

    /** Changes, inserts, deletes or repeats some bytes, mostly with a right length of the header. */
    private static byte[] mutated(byte[] good, Random random) {
        byte[] mutant = good;
        for (int n = random.nextInt(3); n >= 0; n--) {
            int at = 8 + random.nextInt(mutant.length - 8);
            String[] tokens = {
                "\"", "{", "}", "[", "]", ",", ":", "0", "-1", "9999999999999999999", "null", "\\u0000", "F4"
            };
            byte[] token = tokens[random.nextInt(tokens.length)].getBytes(StandardCharsets.UTF_8);
            int dropped = random.nextBoolean() ? token.length : random.nextInt(3);
            byte[] head = Arrays.copyOf(mutant, at);
            byte[] tail = Arrays.copyOfRange(mutant, Math.min(mutant.length, at + dropped), mutant.length);
            ByteArrayOutputStream joined = new ByteArrayOutputStream();
            joined.writeBytes(head);
            joined.writeBytes(random.nextInt(4) == 0 ? new byte[] {(byte) random.nextInt()} : token);
            joined.writeBytes(tail);
            mutant = joined.toByteArray();
        }
        long length = random.nextInt(10) == 0 ? random.nextInt(2 * mutant.length) : mutant.length - 40L;
        return file(length, Arrays.copyOfRange(mutant, 8, mutant.length), new byte[0]);
    }

    /** Whether a file opens, and then all that converts can be read. Anything thrown but the typed exception fails. */
    private static boolean opensOrRefuses(byte[] bytes) throws IOException {
        Safetensors file;
        try {
            file = open(bytes);
        } catch (CheckpointException expected) {
            return false;
        }
        for (TensorEntry entry : file.entries().values()) {
            if (Elements.convertible(entry.dtype())) {
                int count = Math.toIntExact(entry.elementCount());
                assertEquals(count, file.floats(entry.name(), 0, count).length);
            }
        }
        return true;
    }
}
