package dev.reverie.cli;

import java.io.PrintStream;

/** A bar and some words, drawn over and over in one line; silent where nobody watches. */
final class ProgressLine {
    private static final int WIDTH = 30;

    private final PrintStream err;
    private final boolean visible;
    private boolean drawn;

    ProgressLine(Terminal terminal) {
        this.err = terminal.err();
        this.visible = terminal.interactive();
    }

    void draw(int done, int all, String words) {
        if (visible) {
            drawn = true;
            int filled = WIDTH * done / all;
            err.print("\r[" + "#".repeat(filled) + " ".repeat(WIDTH - filled) + "] " + words);
            err.flush();
        }
    }

    /** Takes the line away. */
    void clear() {
        if (drawn) {
            err.print("\r\u001b[K");
            err.flush();
        }
    }
}
