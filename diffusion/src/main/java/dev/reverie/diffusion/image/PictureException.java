package dev.reverie.diffusion.image;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A file is no picture that can be read here. The message names the file and the rule: {@code fox.png: has 100,000 x
 * 100,000 pixels; at most 16,384 a side and 64,000,000 in all}.
 */
public final class PictureException extends IOException {
    private static final long serialVersionUID = 1L;

    PictureException(Path file, String rule) {
        super(file + ": " + rule);
    }

    PictureException(Path file, String rule, Throwable cause) {
        super(file + ": " + rule, cause);
    }
}
