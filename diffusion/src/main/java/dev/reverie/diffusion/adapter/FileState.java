package dev.reverie.diffusion.adapter;

import dev.reverie.tensor.io.CheckpointFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;

/** What tells the states of a file apart without reading all of it. */
public record FileState(Path file, long size, FileTime modified) {
    /**
     * The state of a file, or of the checkpoint in a folder.
     *
     * @throws IOException if there is none
     */
    public static FileState of(Path path) throws IOException {
        Path file = Files.isDirectory(path) ? CheckpointFolder.choose(path) : path;
        BasicFileAttributes state = Files.readAttributes(file, BasicFileAttributes.class);
        return new FileState(file.toRealPath(), state.size(), state.lastModifiedTime());
    }
}
