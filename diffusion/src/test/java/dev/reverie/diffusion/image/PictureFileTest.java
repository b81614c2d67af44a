package dev.reverie.diffusion.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reverie.diffusion.Image;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that Pillow wrote, and files that nobody should write. */
class PictureFileTest {
    @TempDir
    Path folder;

    private Path file(String name) throws IOException {
        return write(name, bytes(name));
    }

    private static byte[] bytes(String name) throws IOException {
        try (InputStream in = PictureFileTest.class.getResourceAsStream(name)) {
            return Objects.requireNonNull(in, name).readAllBytes();
        }
    }

    private Path write(String name, byte[] bytes) throws IOException {
        return Files.write(folder.resolve(name), bytes);
    }

    /** Checksums of the bytes that Pillow 13.0.0 has, of 16 bits the upper 8. */
    @ParameterizedTest
    @CsvSource({
        "rgb.png, 3, 2737977774",
        "rgba.png, 4, 1914135941",
        "grey.png, 3, 872327583",
        "grey-alpha.png, 4, 1010411588",
        "one-bit.png, 3, 222750763",
        "palette.png, 3, 1572357990",
        "palette-alpha.png, 4, 377119961",
        "grey-16.png, 3, 504609712",
        "rgb-16.png, 3, 2372725181",
        "rgba-16.png, 4, 1614403905",
        "grey-2.png, 3, 904322071",
        "rgb.bmp, 3, 2737977774",
        "grey.bmp, 3, 872327583",
        "animated.gif, 3, 1781853341",
        "animated.png, 3, 2737977774"
    })
    void pixelsArePillows(String name, int channels, long checksum) throws IOException {
        Image image = Image.read(file(name));
        CRC32 sum = new CRC32();
        sum.update(image.pixels());
        assertEquals(channels, image.channels());
        assertEquals(checksum, sum.getValue());
    }

    /** Colours of the four corners by ImageOps.exif_transpose. */
    @ParameterizedTest
    @CsvSource({
        "1, 48, 32, rgbw",
        "2, 48, 32, grwb",
        "3, 48, 32, wbgr",
        "4, 48, 32, bwrg",
        "5, 32, 48, rbgw",
        "6, 32, 48, brwg",
        "7, 32, 48, wgbr",
        "8, 32, 48, gwrb"
    })
    void picturesAreTurned(int orientation, int width, int height, String corners) throws IOException {
        requireCorners(Image.read(file("turned-%d.jpg".formatted(orientation))), width, height, corners);
    }

    @Test
    void picturesOfOtherKindsAreTurnedToo() throws IOException {
        requireCorners(Image.read(file("turned-6.png")), 32, 48, "brwg");
        requireCorners(Image.read(file("progressive.jpg")), 48, 32, "rgbw");
    }

    private static void requireCorners(Image image, int width, int height, String corners) {
        assertEquals(width, image.width());
        assertEquals(height, image.height());
        String found = corner(image, 4, 4)
                + corner(image, width - 5, 4)
                + corner(image, 4, height - 5)
                + corner(image, width - 5, height - 5);
        assertEquals(corners, found);
    }

    private static String corner(Image image, int x, int y) {
        boolean[] bright = new boolean[3];
        for (int c = 0; c < 3; c++) {
            bright[c] = image.get(x, y, c) > 128;
        }
        return bright[0] && bright[1] ? "w" : bright[0] ? "r" : bright[1] ? "g" : bright[2] ? "b" : "?";
    }

    @Test
    void greyOfJpegIsNotBent() throws IOException {
        Image grey = Image.read(file("grey.jpg"));
        assertEquals(81, grey.get(4, 4, 0), 3); // of 200, 30, 30
        assertEquals(220, grey.get(44, 28, 2), 3);
    }

    @Test
    void textsOfPillow() throws IOException {
        Image image = Image.read(file("texts.png"));
        assertEquals("Pillow é", image.texts().get("Software"));
        assertEquals("x".repeat(300), image.texts().get("packed"));
        assertEquals("ü".repeat(200), image.texts().get("international"));
        assertEquals("fox, 日本", Objects.requireNonNull(image.parameters()).prompt());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rgb.png",
                "palette.png",
                "turned-1.jpg",
                "progressive.jpg",
                "rgb.bmp",
                "animated.gif",
                "animated.png"
            })
    void case32CutShortAnywhere(String name) throws IOException {
        byte[] whole = bytes(name);
        int step = Math.max(1, whole.length / 60);
        for (int length = 0; length < whole.length - 2; length += step) {
            Path cut = write("cut.bin", Arrays.copyOf(whole, length));
            if (name.endsWith(".gif") && length > whole.length / 3) {
                continue; // the first picture is whole
            }
            requireFault(cut, "");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"rgb.png", "texts.png", "turned-6.png"})
    void case32AnyChangedByteOfPngIsNoticed(String name) throws IOException {
        byte[] whole = bytes(name);
        for (int at = 8; at < whole.length; at++) {
            byte[] damaged = whole.clone();
            damaged[at] ^= 0x10;
            requireFault(write("damaged.png", damaged), "");
        }
    }

    /** Whatever is changed, the outcome is a picture or the one exception. */
    @ParameterizedTest
    @ValueSource(strings = {"turned-6.jpg", "progressive.jpg", "rgb.bmp", "grey.bmp", "animated.gif"})
    void case47ChangedBytesDoNoHarm(String name) throws IOException {
        byte[] whole = bytes(name);
        for (int at = 0; at < whole.length; at++) {
            byte[] damaged = whole.clone();
            damaged[at] = (byte) ~damaged[at];
            try {
                Image.read(write("damaged.bin", damaged));
            } catch (PictureException e) {
                String message = String.valueOf(e.getMessage());
                assertTrue(message.contains("damaged.bin: "), message);
            }
        }
    }

    @Test
    void case32SaysWhatIsWrong() throws IOException {
        byte[] png = bytes("rgb.png");
        requireFault(
                write("cut.png", Arrays.copyOf(png, png.length - 5)), "cut.png: is cut short: the file ends at byte");
        png[40] ^= 1;
        requireFault(write("bad.png", png), "bad.png: is damaged: the chunk at byte 33 has a wrong checksum");
        requireFault(write("note.txt", "no picture".getBytes(StandardCharsets.UTF_8)), "not a picture in a format");
        requireFault(write("empty.png", new byte[0]), "not a picture in a format");
        requireFault(file("cmyk.jpg"), "cmyk.jpg: has colours that are neither RGB nor grey");
        byte[] jpeg = bytes("turned-1.jpg");
        requireFault(write("cut.jpg", Arrays.copyOf(jpeg, jpeg.length - 20)), "is cut short");
        assertThrows(NoSuchFileException.class, () -> Image.read(folder.resolve("none.png")));
    }

    private static void requireFault(Path file, String part) {
        PictureException fault = assertThrows(PictureException.class, () -> Image.read(file), file::toString);
        String message = String.valueOf(fault.getMessage());
        assertTrue(message.startsWith(file.toString()) && message.contains(part), message);
    }

    @ParameterizedTest
    @CsvSource({"100000, 100000", "16385, 1", "1, 16385", "8001, 8000", "2147483647, 2147483647"})
    void case32BombsAreRefusedUnopened(int width, int height) throws Exception {
        Image.read(file("rgb.png")); // what the decoder loads once
        Path bomb = write("bomb.png", png(width, height, 2, new byte[0]));
        long before = allocatedBytes();
        requireFault(bomb, "at most 16,384 a side and 64,000,000 in all");
        assertTrue(allocatedBytes() - before < 1 << 20, "bytes allocated");
    }

    @Test
    void case32BombsOfOtherKinds() throws IOException {
        byte[] bmp = bytes("rgb.bmp");
        ByteBuffer.wrap(bmp).order(ByteOrder.LITTLE_ENDIAN).putInt(18, 20_000).putInt(22, 20_000);
        requireFault(write("bomb.bmp", bmp), ""); // the decoder itself compares its sides with the file
        byte[] gif = bytes("animated.gif");
        int frame = indexOf(gif, (byte) 0x2C); // the first picture's own size
        ByteBuffer.wrap(gif)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort(frame + 5, (short) 65_000)
                .putShort(frame + 7, (short) 65_000);
        requireFault(write("bomb.gif", gif), "has 65,000 x 65,000 pixels");
        byte[] jpeg = bytes("turned-1.jpg");
        int start = indexOf(jpeg, (byte) 0xFF, (byte) 0xC0, (byte) 0, (byte) 17);
        ByteBuffer.wrap(jpeg).putShort(start + 5, (short) 65_500).putShort(start + 7, (short) 65_500);
        requireFault(write("bomb.jpg", jpeg), "has 65,500 x 65,500 pixels");
    }

    private static int indexOf(byte[] bytes, byte... part) {
        for (int at = 0; at < bytes.length - part.length; at++) {
            if (Arrays.equals(bytes, at, at + part.length, part, 0, part.length)) {
                return at;
            }
        }
        throw new AssertionError("not found");
    }

    /** 300 MB of text, packed: in a chunk that the JDK's decoder would unpack. */
    @Test
    void case32TextsThatUnpackToGigabytesAreLeftOut() throws Exception {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        text.writeBytes(new byte[] {'f', 'o', 'x', 0, 0});
        try (OutputStream packed = new DeflaterOutputStream(text)) {
            for (int i = 0; i < 300; i++) {
                packed.write(new byte[1_000_000]);
            }
        }
        byte[] plain = bytes("palette.png");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(plain, 0, 33); // signature and IHDR
        PngChunks.write(new DataOutputStream(bytes), "zTXt", text.toByteArray());
        bytes.write(plain, 33, plain.length - 33);
        Path bomb = write("text.png", bytes.toByteArray());
        long before = allocatedBytes();
        Image image = Image.read(bomb);
        assertTrue(allocatedBytes() - before < 100 << 20, "bytes allocated");
        assertNull(image.texts().get("fox"));
        assertEquals(9, image.width());
    }

    /** Each chunk as it should be, and not enough, nothing, or no packed data in them. */
    @Test
    void case32DataThatIsNoneUnderRightChecksums() throws IOException {
        byte[] rows = new byte[4 * (1 + 3 * 4)];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = (byte) (i % 13 == 0 ? 0 : i * 89 + 7); // nothing that deflate could say in fewer bytes
        }
        byte[] packed = packed(rows);
        assertEquals(4, Image.read(write("whole.png", png(4, 4, 2, packed))).width());
        for (int length = 0; length < packed.length - 4; length++) { // the last four are a checksum of their own
            requireFault(write("cut.png", png(4, 4, 2, Arrays.copyOf(packed, length))), "");
        }
        requireFault(write("few.png", png(4, 5, 2, packed)), "");
        requireFault(write("none.png", png(4, 4, 2, new byte[packed.length])), "");
        requireFault(write("colours.png", png(4, 4, 3, packed)), ""); // a palette that is not there
    }

    private static byte[] packed(byte[] rows) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new DeflaterOutputStream(bytes)) {
            out.write(rows);
        }
        return bytes.toByteArray();
    }

    /** 100 MB of pixels for a picture of sixteen. */
    @Test
    void case32PixelsBeyondThePictureAreNotUnpacked() throws Exception {
        Path bomb = write("bomb.png", png(4, 4, 2, packed(new byte[100_000_000])));
        long before = allocatedBytes();
        assertEquals(4, Image.read(bomb).height());
        assertTrue(allocatedBytes() - before < 10 << 20, "bytes allocated");
    }

    /** Of an animated PNG the picture that a reader shows that knows of none. */
    @Test
    void case32AnimatedPng() throws IOException {
        byte[] still = bytes("rgb.png");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.write(still, 0, 33); // signature and IHDR
        PngChunks.write(out, "acTL", new byte[] {0, 0, 0, 2, 0, 0, 0, 0});
        PngChunks.write(out, "fcTL", new byte[26]);
        out.write(still, 33, still.length - 33 - 12);
        PngChunks.write(out, "fdAT", new byte[] {0, 0, 0, 1, 1, 2, 3});
        out.write(still, still.length - 12, 12); // IEND
        assertArrayEquals(
                Image.read(file("rgb.png")).pixels(),
                Image.read(write("animated.png", bytes.toByteArray())).pixels());
    }

    private static byte[] png(int width, int height, int colourType, byte[] packed) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        PngChunks.writeSignature(out);
        byte[] header = ByteBuffer.allocate(13)
                .putInt(width)
                .putInt(height)
                .put((byte) 8)
                .put((byte) colourType)
                .array();
        PngChunks.write(out, "IHDR", header);
        PngChunks.write(out, "IDAT", packed);
        PngChunks.write(out, "IEND", new byte[0]);
        return bytes.toByteArray();
    }

    /** By reflection: the module does not read the management modules. */
    private static long allocatedBytes() throws ReflectiveOperationException {
        Object bean = Class.forName("java.lang.management.ManagementFactory")
                .getMethod("getThreadMXBean")
                .invoke(null);
        return (long) Class.forName("com.sun.management.ThreadMXBean")
                .getMethod("getCurrentThreadAllocatedBytes")
                .invoke(bean);
    }
}
