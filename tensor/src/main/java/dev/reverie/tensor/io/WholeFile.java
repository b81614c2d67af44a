package dev.reverie.tensor.io;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ThreadLocalRandom;

/** Files that appear whole or not at all: written beside their target, then renamed over it. */
public final class WholeFile {
    private WholeFile() {}

    /** Writes the content; whoever wants it to outlive a power cut forces the channel. */
    @FunctionalInterface
    public interface Content {
        void writeTo(FileChannel channel) throws IOException;
    }

    /**
     * Writes a file, replacing one that is there; on a fault the old one stays. A link stays one: the file behind it is
     * replaced. A device or a pipe is written to as it is.
     *
     * @throws IOException if it cannot be written; the message names the file
     */
    public static void write(Path file, Content content) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new IOException("%s: its folder does not exist".formatted(file));
        }
        if (Files.isDirectory(file)) {
            throw new IOException("%s: is a folder".formatted(file));
        }
        try {
            if (Files.isRegularFile(file)) {
                replace(file.toRealPath(), content);
            } else if (Files.exists(file)) {
                fill(file, content, StandardOpenOption.WRITE);
            } else {
                replace(file.toAbsolutePath(), content);
            }
        } catch (FileSystemException e) {
            throw e; // names its file
        } catch (IOException e) {
            throw new IOException("%s: %s".formatted(file, e.getMessage()), e);
        }
    }

    private static void replace(Path file, Content content) throws IOException {
        // not createTempFile: only its owner could read what it makes
        long random = ThreadLocalRandom.current().nextLong();
        Path temporary = file.resolveSibling(".%s-%016x.part".formatted(file.getFileName(), random));
        try {
            fill(temporary, content, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            move(temporary, file);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private static void fill(Path file, Content content, OpenOption... options) throws IOException {
        try (FileChannel channel = FileChannel.open(file, options)) {
            content.writeTo(channel);
        }
    }

    private static void move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
