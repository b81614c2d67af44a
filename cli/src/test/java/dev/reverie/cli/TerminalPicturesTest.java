package dev.reverie.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reverie.diffusion.Image;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What terminals get, decoded as their protocols say. */
class TerminalPicturesTest {
    @TempDir
    Path folder;

    private static Image noise(int width, int height) {
        byte[] pixels = new byte[width * height * 3];
        new Random(7).nextBytes(pixels);
        return Image.of(width, height, 3, pixels);
    }

    private Image png(String letters) throws IOException {
        Path file = folder.resolve("shown.png");
        Files.write(file, Base64.getDecoder().decode(letters));
        return Image.read(file);
    }

    /** sw.kovidgoyal.net/kitty/graphics-protocol: pieces of 4,096 letters; all but the first have the key m alone. */
    @Test
    void kitty() throws IOException {
        Image picture = noise(64, 64);
        String escape = TerminalPictures.KITTY.encoded(picture, 16);
        Matcher pieces =
                Pattern.compile("\u001b_G([^;]*);([A-Za-z0-9+/=]*)\u001b\\\\").matcher(escape);
        StringBuilder letters = new StringBuilder();
        int end = 0;
        String keys = "";
        while (pieces.find()) {
            assertEquals(end, pieces.start());
            assertTrue(pieces.group(2).length() <= 4096);
            assertTrue(end == 0 || pieces.group(1).matches("m=[01]"), pieces.group(1));
            keys = end == 0 ? pieces.group(1) : keys;
            letters.append(pieces.group(2));
            boolean last = pieces.group(1).endsWith("m=0");
            assertEquals(last, pieces.end() == escape.length());
            end = pieces.end();
        }
        assertEquals("a=T,f=100,r=16,C=1,q=2,m=1", keys);
        assertArrayEquals(picture.pixels(), png(letters.toString()).pixels());
    }

    /** iterm2.com/documentation-images.html. */
    @Test
    void iterm() throws IOException {
        Image picture = noise(20, 30);
        Matcher file = Pattern.compile("\u001b]1337;File=([^:]*):([A-Za-z0-9+/=]*)\u0007")
                .matcher(TerminalPictures.ITERM.encoded(picture, 16));
        assertTrue(file.matches());
        int bytes = Base64.getDecoder().decode(file.group(2)).length;
        assertEquals(
                List.of("inline=1", "doNotMoveCursor=1", "height=16", "size=" + bytes),
                List.of(file.group(1).split(";", -1)));
        assertArrayEquals(picture.pixels(), png(file.group(2)).pixels());
    }

    /** vt100.net/docs/vt3xx-gp/chapter14.html, read as a terminal does; colours are of 6 levels. */
    @Test
    void sixel() {
        Image picture = noise(40, 80);
        int[][] shown = decoded(TerminalPictures.SIXEL.encoded(picture, 10), 80, 160);
        for (int y = 0; y < 160; y++) {
            for (int x = 0; x < 80; x++) {
                for (int channel = 0; channel < 3; channel++) {
                    int percent = shown[y][x] >> (8 * channel) & 0xFF;
                    double wanted = picture.get(x / 2, y / 2, channel) / 2.55;
                    assertTrue(Math.abs(percent - wanted) <= 10.5, x + ", " + y + ": " + percent + ", " + wanted);
                }
            }
        }
    }

    /** Percent of red, green and blue in the three lowest bytes of each pixel. */
    private static int[][] decoded(String text, int width, int height) {
        assertTrue(text.startsWith("\u001bPq\"1;1;" + width + ";" + height + "#"), text.substring(0, 20));
        assertTrue(text.endsWith("-\u001b\\"));
        int[][] pixels = new int[height][width];
        int[] colours = new int[256];
        int colour = 0;
        int x = 0;
        int top = 0;
        Matcher words = Pattern.compile("#(\\d+)(?:;2;(\\d+);(\\d+);(\\d+))?|[$-]|[?-~]")
                .matcher(text.substring(text.indexOf('#'), text.length() - 2));
        int end = 0;
        while (words.find()) {
            assertEquals(end, words.start());
            end = words.end();
            char first = words.group().charAt(0);
            if (first == '#') {
                colour = Integer.parseInt(words.group(1));
                if (words.group(2) != null) {
                    colours[colour] = Integer.parseInt(words.group(2))
                            | Integer.parseInt(words.group(3)) << 8
                            | Integer.parseInt(words.group(4)) << 16;
                }
            } else if (first == '$' || first == '-') {
                x = 0;
                top += first == '-' ? 6 : 0;
            } else {
                for (int bit = 0; bit < 6; bit++) {
                    if ((((first - '?') >> bit) & 1) == 1) {
                        pixels[top + bit][x] = colours[colour];
                    }
                }
                x++;
            }
        }
        return pixels;
    }

    /** The picture lies in lines of its own, above the line that the bar is drawn in. */
    @Test
    void picturesAreDrawnAboveTheCursor() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(bytes, true, StandardCharsets.US_ASCII);
        Image picture = noise(40, 10);
        int rows = TerminalPictures.rows(picture);
        assertEquals(8, rows);
        TerminalPictures.makeRoom(out, rows);
        TerminalPictures.SIXEL.show(out, picture, rows);
        String text = bytes.toString(StandardCharsets.US_ASCII);
        assertTrue(text.startsWith("\r\n\n\n\n\n\n\n\n\r\u001b7\u001b[8A\u001bPq"), text.substring(0, 20));
        assertTrue(text.endsWith("\u001b\\\u001b8"));
        assertEquals(16, TerminalPictures.rows(noise(10, 40)));
        assertEquals(1, TerminalPictures.rows(noise(4000, 1)));
    }

    @Test
    void terminalsAreKnownByTheirEnvironment() {
        assertEquals(TerminalPictures.KITTY, TerminalPictures.ofEnvironment(Map.of("TERM", "xterm-kitty")));
        assertEquals(TerminalPictures.ITERM, TerminalPictures.ofEnvironment(Map.of("TERM_PROGRAM", "iTerm.app")));
        assertEquals(TerminalPictures.SIXEL, TerminalPictures.ofEnvironment(Map.of("TERM", "foot")));
        assertNull(TerminalPictures.ofEnvironment(Map.of("TERM", "xterm")));
        assertNull(TerminalPictures.ofEnvironment(Map.of("TERM", "tmux-256color", "KITTY_WINDOW_ID", "1")));
    }
}
