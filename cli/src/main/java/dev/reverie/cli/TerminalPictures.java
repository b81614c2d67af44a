package dev.reverie.cli;

import dev.reverie.diffusion.Image;
import dev.reverie.diffusion.image.PngWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Pictures in a terminal, each drawn over the one before. */
enum TerminalPictures {
    /** The protocol of kitty, which Ghostty knows too: PNG in pieces of 4,096 letters, scaled by the terminal. */
    KITTY {
        @Override
        String encoded(Image picture, int rows) {
            String letters = Base64.getEncoder().encodeToString(png(picture));
            StringBuilder text = new StringBuilder();
            for (int from = 0; from < letters.length(); from += PIECE) {
                int to = Math.min(letters.length(), from + PIECE);
                String keys = from == 0 ? "a=T,f=100,r=" + rows + ",C=1,q=2," : "";
                text.append("\u001b_G").append(keys).append(to < letters.length() ? "m=1;" : "m=0;");
                text.append(letters, from, to).append("\u001b\\");
            }
            return text.toString();
        }
    },
    /** The protocol of iTerm2, which WezTerm knows too, scaled by the terminal. */
    ITERM {
        @Override
        String encoded(Image picture, int rows) {
            byte[] png = png(picture);
            return "\u001b]1337;File=inline=1;doNotMoveCursor=1;height=" + rows + ";size=" + png.length + ":"
                    + Base64.getEncoder().encodeToString(png) + "\u0007";
        }
    },
    /** Six rows of pixels a line of text, in 6 x 6 x 6 colours, as DEC's terminals had it. */
    SIXEL {
        @Override
        String encoded(Image picture, int rows) {
            return Sixel.encode(picture.opaque(), rows * PIXELS_OF_A_ROW);
        }
    };

    private static final int PIECE = 4096;
    private static final int MOST_ROWS = 16;
    /** Of sixels, which terminals do not scale: what a line of text is high, or a little less. */
    private static final int PIXELS_OF_A_ROW = 16;

    /** What the terminal is known to understand; null where nothing is. */
    static @Nullable TerminalPictures ofEnvironment(Map<String, String> environment) {
        String program = environment.getOrDefault("TERM_PROGRAM", "");
        String term = environment.getOrDefault("TERM", "");
        if (term.startsWith("tmux") || term.startsWith("screen")) {
            return null; // they keep what they do not know from the terminal around them
        }
        if (environment.containsKey("KITTY_WINDOW_ID") || term.contains("kitty") || program.equals("ghostty")) {
            return KITTY;
        }
        if (program.equals("iTerm.app") || program.equals("WezTerm")) {
            return ITERM;
        }
        boolean sixel = term.contains("sixel") || term.contains("mlterm") || term.startsWith("foot");
        return sixel ? SIXEL : null;
    }

    abstract String encoded(Image picture, int rows);

    /** Lines of text that a picture takes: {@value #MOST_ROWS}, or fewer where it would be wider than 64 letters. */
    static int rows(Image picture) {
        return Math.clamp(2L * MOST_ROWS * picture.height() / picture.width(), 1, MOST_ROWS);
    }

    /** Makes room for a picture; the cursor is below it then. */
    static void makeRoom(PrintStream out, int rows) {
        out.print("\r" + "\n".repeat(rows));
    }

    /** Draws in the lines above the cursor, which stays where it was. */
    void show(PrintStream out, Image picture, int rows) {
        String text = "\r\u001b7\u001b[" + rows + "A" + encoded(picture, rows) + "\u001b8";
        out.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    private static byte[] png(Image picture) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            PngWriter.write(picture, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
