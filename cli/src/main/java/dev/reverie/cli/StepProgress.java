package dev.reverie.cli;

import dev.reverie.diffusion.Image;
import dev.reverie.diffusion.ImageStep;
import dev.reverie.diffusion.StepListener;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Shows how a picture comes along: the picture itself where the terminal can, else a bar with seconds a step. */
final class StepProgress implements StepListener, AutoCloseable {
    private static final int WIDTH = 30;

    private final Terminal terminal;
    private final @Nullable TerminalPictures pictures;
    private final @Nullable StepsSheet sheet;
    private long last = System.nanoTime();
    private boolean drawn;

    StepProgress(Terminal terminal, boolean preview, @Nullable StepsSheet sheet) {
        this.terminal = terminal;
        this.pictures = preview && terminal.interactive() ? TerminalPictures.ofEnvironment(System.getenv()) : null;
        this.sheet = sheet;
    }

    @Override
    public boolean onStep(ImageStep step) {
        long now = System.nanoTime();
        double seconds = (now - last) / 1e9;
        last = now;
        if (sheet != null || pictures != null) {
            Image preview = step.preview();
            if (sheet != null) {
                sheet.add(preview);
            }
            if (pictures != null) {
                pictures.show(terminal.err(), preview);
            }
        }
        if (terminal.interactive()) {
            draw(step, seconds);
        }
        return true;
    }

    private void draw(ImageStep step, double seconds) {
        drawn = true;
        int filled = WIDTH * step.step() / step.steps();
        terminal.err()
                .print(String.format(
                        Locale.ROOT,
                        "\r[%s%s] step %d of %d, %.2f s a step",
                        "#".repeat(filled),
                        " ".repeat(WIDTH - filled),
                        step.step(),
                        step.steps(),
                        seconds));
        terminal.err().flush();
    }

    /** Takes the line away. */
    @Override
    public void close() {
        if (drawn) {
            terminal.err().print("\r\u001b[K");
            terminal.err().flush();
        }
    }
}
