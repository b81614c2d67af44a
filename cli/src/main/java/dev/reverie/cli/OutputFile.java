package dev.reverie.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What commands ask of the files that they write. */
final class OutputFile {
    private OutputFile() {}

    /** Refuses, before the work begins, a name that no file can have: a folder's, or one in a folder that is not there. */
    static void requireWritable(Path named) throws IOException {
        if (Files.isDirectory(named)) {
            throw new IOException(named + ": is a folder; name a file in it");
        }
        Path folder = named.toAbsolutePath().getParent();
        if (folder != null && !Files.isDirectory(folder)) {
            throw new IOException(named + ": there is no folder " + folder);
        }
    }

    /** {@code stem.ending}, or {@code stem-2.ending} if that is there, and so on. */
    static Path fresh(String stem, String ending) {
        Path file = Path.of(stem + ending);
        for (int number = 2; Files.exists(file); number++) {
            file = Path.of(stem + "-" + number + ending);
        }
        return file;
    }
}
