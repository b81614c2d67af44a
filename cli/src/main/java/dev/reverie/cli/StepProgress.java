package dev.reverie.cli;

import dev.reverie.diffusion.Image;
import dev.reverie.diffusion.ImageStep;
import dev.reverie.diffusion.StepListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Shows how pictures come along: the picture itself where the terminal can, else a bar with seconds a step; and writes
 * each when it is done, so that none is lost if a later one fails.
 */
final class StepProgress implements StepListener, AutoCloseable {
    private final Terminal terminal;
    private final @Nullable TerminalPictures pictures;
    private final @Nullable StepsSheet sheet;
    private final PictureTarget target;
    private final long seed;
    private final ProgressLine line;
    private int rows;
    private long last = System.nanoTime();
    private long begun = last;

    /** @param seed of the first picture */
    StepProgress(Terminal terminal, boolean preview, @Nullable StepsSheet sheet, PictureTarget target, long seed) {
        this.terminal = terminal;
        this.pictures = preview && terminal.interactive() ? TerminalPictures.ofEnvironment(System.getenv()) : null;
        if (preview && pictures == null) {
            terminal.err().println("--preview: this terminal is not known to show pictures, as kitty or iTerm2 do.");
        }
        this.sheet = sheet;
        this.target = target;
        this.seed = seed;
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
            show(preview);
        }
        String words = String.format(Locale.ROOT, "step %d of %d, %.2f s a step", step.step(), step.steps(), seconds);
        line.draw(step.step(), step.steps(), words);
        return true;
    }

    /** Above the line, where there is room since the first step of a picture. */
    private void show(Image picture) {
        if (pictures != null) {
            if (rows == 0) {
                rows = TerminalPictures.rows(picture);
                TerminalPictures.makeRoom(terminal.err(), rows);
            }
            pictures.show(terminal.err(), picture, rows);
        }
    }

    @Override
    public void onPicture(int index, Image picture) {
        line.clear();
        show(picture);
        rows = 0;
        try {
            report(target.write(picture, index), index, picture);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void report(Path file, int index, Image picture) {
        long now = System.nanoTime();
        terminal.out()
                .println(String.format(
                        Locale.ROOT,
                        "%s: %d x %d, seed %d, %.1f s of work",
                        file,
                        picture.width(),
                        picture.height(),
                        seed + index,
                        (now - begun) / 1e9));
        begun = now;
        last = now;
    }

    /** Takes the line away. */
    @Override
    public void close() {
        line.clear();
    }
}
