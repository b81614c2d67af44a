package dev.reverie.tensor.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Size and time of a regular file when it was opened.
 *
 * @param key what the file system knows the file by, whatever its name; null where it has none (Windows)
 */
record FileStamp(Path file, @Nullable Object key, long size, FileTime changed) {

    /**
     * Stamps a file that is about to be opened. Folders, pipes and devices are refused before an open could hang.
     *
     * @throws IOException with the path, if it is not a regular file
     */
    static FileStamp of(Path file) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        if (!attributes.isRegularFile()) {
            throw new IOException(
                    file + ": " + (attributes.isDirectory() ? "a folder" : "a pipe or device") + ", not a file");
        }
        return new FileStamp(file, attributes.fileKey(), attributes.size(), attributes.lastModifiedTime());
    }

    /** Refuses an empty file. */
    void requireContent() throws CheckpointException {
        if (size == 0) {
            throw CheckpointException.inFile(
                    file.toString(), "is empty, most likely a download that failed; fetch it again");
        }
    }

    /** A file that was renamed away or deleted is still the one that is open; only a rewritten one is a fault. */
    void requireUnchanged() throws IOException {
        FileStamp now;
        try {
            now = of(file);
        } catch (NoSuchFileException gone) {
            return;
        }
        boolean sameFile = Objects.equals(key, now.key);
        if (sameFile && !(size == now.size && changed.equals(now.changed))) {
            throw CheckpointException.inFile(
                    file.toString(),
                    "was written to while it was read (%,d bytes, now %,d); replace files by renaming, not in place",
                    size,
                    now.size);
        }
    }
}
