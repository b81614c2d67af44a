package dev.reverie.cli;

import dev.reverie.tts.SpeechListener;
import java.io.PrintStream;

/** Draws how far the work is, over and over in one line; silent where nobody watches. */
final class ProgressBar implements SpeechListener, AutoCloseable {
    private static final int WIDTH = 30;

    private final PrintStream err;
    private final boolean visible;
    private int drawn = -1;

    ProgressBar(Terminal terminal) {
        this.err = terminal.err();
        this.visible = terminal.interactive();
    }

    @Override
    public boolean onProgress(double done) {
        int percent = (int) (100 * done);
        if (visible && percent != drawn) {
            drawn = percent;
            int filled = WIDTH * percent / 100;
            err.print("\r[" + "#".repeat(filled) + " ".repeat(WIDTH - filled) + "] " + percent + " %");
            err.flush();
        }
        return true;
    }

    /** Takes the line away. */
    @Override
    public void close() {
        if (drawn >= 0) {
            err.print("\r\u001b[K");
            err.flush();
        }
    }
}
