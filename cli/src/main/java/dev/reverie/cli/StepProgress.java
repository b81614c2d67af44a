package dev.reverie.cli;

import dev.reverie.diffusion.Image;
import dev.reverie.diffusion.ImageStep;
import dev.reverie.diffusion.StepListener;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Shows how a picture comes along: the picture itself where the terminal can, else a bar with seconds a step. */
final class StepProgress implements StepListener, AutoCloseable {
    private final Terminal terminal;
    private final @Nullable TerminalPictures pictures;
    private final @Nullable StepsSheet sheet;
    private final ProgressLine line;
    private long last = System.nanoTime();

    StepProgress(Terminal terminal, boolean preview, @Nullable StepsSheet sheet) {
        this.terminal = terminal;
        this.pictures = preview && terminal.interactive() ? TerminalPictures.ofEnvironment(System.getenv()) : null;
        this.sheet = sheet;
        this.line = new ProgressLine(terminal);
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
        String words = String.format(Locale.ROOT, "step %d of %d, %.2f s a step", step.step(), step.steps(), seconds);
        line.draw(step.step(), step.steps(), words);
        return true;
    }

    /** Takes the line away. */
    @Override
    public void close() {
        line.clear();
    }
}
