package dev.reverie.cli;

import java.nio.file.Path;

/** A network and a picture for it: {@code canny=edges.png:0.8}. */
record ScaledPicture(Path net, Path file, double scale) {
    static ScaledPicture parse(String option, String text) {
        int equals = text.indexOf('=');
        if (equals <= 0 || equals == text.length() - 1) {
            throw new IllegalArgumentException(
                    option + " " + text + ": say the network, = and the picture, such as canny=edges.png:0.8");
        }
        Scaled picture = Scaled.parse(text.substring(equals + 1));
        return new ScaledPicture(Path.of(text.substring(0, equals)), picture.path(), picture.scale());
    }
}
