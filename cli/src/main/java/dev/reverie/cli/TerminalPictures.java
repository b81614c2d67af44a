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
    /** The protocol of kitty, which Ghostty and WezTerm know too: PNG in pieces of 4,096 letters. */
    KITTY {
        @Override
        String encoded(Image picture) {
            String letters = Base64.getEncoder().encodeToString(png(picture));
            StringBuilder text = new StringBuilder();
            for (int from = 0; from < letters.length(); from += PIECE) {
                int to = Math.min(letters.length(), from + PIECE);
                String keys = from == 0 ? "a=T,f=100,C=1,q=2," : "";
                text.append("\u001b_G").append(keys).append(to < letters.length() ? "m=1;" : "m=0;");
                text.append(letters, from, to).append("\u001b\\");
            }
            return text.toString();
        }
    },
    /** The protocol of iTerm2. */
    ITERM {
        @Override
        String encoded(Image picture) {
            byte[] png = png(picture);
            return "\u001b]1337;File=inline=1;doNotMoveCursor=1;size=" + png.length + ":"
                    + Base64.getEncoder().encodeToString(png) + "\u0007";
        }
    },
    /** Six rows of pixels a line of text, in 6 x 6 x 6 colours, as DEC's terminals had it. */
    SIXEL {
        @Override
        String encoded(Image picture) {
            return Sixel.encode(picture.opaque());
        }
    };

    private static final int PIECE = 4096;

    /** What the terminal is known to understand; null where nothing is. */
    static @Nullable TerminalPictures ofEnvironment(Map<String, String> environment) {
        String program = environment.getOrDefault("TERM_PROGRAM", "");
        String term = environment.getOrDefault("TERM", "");
        if (environment.containsKey("KITTY_WINDOW_ID") || term.contains("kitty") || program.equals("ghostty")) {
            return KITTY;
        }
        if (program.equals("iTerm.app") || program.equals("WezTerm")) {
            return ITERM;
        }
        boolean sixel = term.contains("sixel") || term.contains("mlterm") || term.startsWith("foot");
        return sixel ? SIXEL : null;
    }

    abstract String encoded(Image picture);

    /** Draws at the cursor, which stays where it was. */
    void show(PrintStream out, Image picture) {
        out.writeBytes(("\r\u001b7" + encoded(picture) + "\u001b8").getBytes(StandardCharsets.US_ASCII));
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
