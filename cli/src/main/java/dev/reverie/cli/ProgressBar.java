package dev.reverie.cli;

import dev.reverie.tts.SpeechListener;

/** Draws how far speaking is. */
final class ProgressBar implements SpeechListener, AutoCloseable {
    private final ProgressLine line;
    private int drawn = -1;

    ProgressBar(Terminal terminal) {
        this.line = new ProgressLine(terminal);
    }

    @Override
    public boolean onProgress(double done) {
        int percent = (int) (100 * done);
        if (percent != drawn) {
            drawn = percent;
            line.draw(percent, 100, percent + " %");
        }
        return true;
    }

    /** Takes the line away. */
    @Override
    public void close() {
        line.clear();
    }
}
